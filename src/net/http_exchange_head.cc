#include "net/http_exchange_head.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <cstdio>
#include <ctime>
#include <string_view>

#include "net/http_server_case.h"

namespace byeol::net {
namespace {

bool is_servers_own(std::string_view name) {
  constexpr std::array<std::string_view, 4> kOwn = {"content-length", "transfer-encoding",
                                                    "connection", "date"};
  return std::ranges::any_of(kOwn,
                             [&](std::string_view own) { return equal_in_any_case(name, own); });
}

void append_in_one_line(std::string& to, std::string_view text) {
  for (const char c : text) to.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
}

void append_header(std::string& to, std::string_view name, std::string_view value) {
  append_in_one_line(to, name);
  to += ": ";
  append_in_one_line(to, value);
  to += "\r\n";
}

}  // namespace

bool has_body(int status) {
  return status != 204 && status != 304;
}

std::string http_head(const HttpHead& head, const HttpHeaders& headers) {
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(head.status));
  std::string text = "HTTP/1.1 " + std::to_string(head.status) + ' ';
  text.append(reason.data(), reason.size()).append("\r\n");
  for (const auto& [name, value] : headers)
    if (!is_servers_own(name)) append_header(text, name, value);
  append_header(text, "Date", http_date(std::chrono::system_clock::now()));
  append_header(text, "Connection", head.keep_alive ? "keep-alive" : "close");
  if (head.framing == HttpBodyFraming::kLength)
    append_header(text, "Content-Length", std::to_string(head.body_bytes));
  if (head.framing == HttpBodyFraming::kChunked)
    append_header(text, "Transfer-Encoding", "chunked");
  return text += "\r\n";
}

std::string http_date(std::chrono::system_clock::time_point time) {
  // strftime would name days and months in the program's language.
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %d %02d:%02d:%02d GMT",
                kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                utc.tm_min, utc.tm_sec);
  return text.data();
}

}  // namespace byeol::net
