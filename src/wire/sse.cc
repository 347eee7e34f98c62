#include "wire/sse.h"

#include <utility>

namespace byeol::wire {
namespace {

constexpr std::string_view kLineEnds = "\r\n";

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find_first_of(kLineEnds));
}

void append_field(std::string& to, std::string_view name, std::string_view value) {
  to.append(name).append(": ").append(value).push_back('\n');
}

Error too_long(std::string_view what, std::size_t bytes_max) {
  return {ErrorCode::kInvalidArgument, "event stream: " + std::string(what) + " of more than " +
                                           std::to_string(bytes_max) + " bytes"};
}

}  // namespace

void append_event(std::string& to, std::string_view data, std::string_view name,
                  std::string_view id) {
  if (!name.empty()) append_field(to, "event", first_line(name));
  if (!id.empty()) append_field(to, "id", first_line(id));
  while (true) {
    const std::string_view line = first_line(data);
    append_field(to, "data", line);
    data.remove_prefix(line.size());
    if (data.empty()) break;
    data.remove_prefix(data.starts_with("\r\n") ? 2 : 1);
  }
  to.push_back('\n');
}

void append_comment(std::string& to, std::string_view text) {
  append_field(to, "", first_line(text));
  to.push_back('\n');
}

Result<bool> SseDecoder::take_line(std::string_view& bytes) {
  if (std::exchange(after_return_, false) && bytes.front() == '\n') {
    bytes.remove_prefix(1);
    if (bytes.empty()) return false;
  }
  const std::size_t end = bytes.find_first_of(kLineEnds);
  const std::string_view part = bytes.substr(0, end);
  if (part.size() > bytes_max_ - line_.size()) return too_long("a line", bytes_max_);
  line_.append(part);
  bytes.remove_prefix(part.size());
  if (end == std::string_view::npos) return false;
  after_return_ = bytes.front() == '\r';
  bytes.remove_prefix(1);
  return true;
}

Result<bool> SseDecoder::end_line() {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string_view line = line_;
  if (std::exchange(first_line_, false) && line.starts_with(kByteOrderMark))
    line.remove_prefix(kByteOrderMark.size());
  if (line.empty()) {
    line_.clear();
    if (!has_data_) event_.name.clear();
    return has_data_;
  }
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (value.size() + 1 > bytes_max_ - event_.data.size()) return too_long("an event", bytes_max_);
    if (has_data_) event_.data.push_back('\n');
    event_.data.append(value);
    has_data_ = true;
  } else if (field == "event") {
    event_.name = value;
  } else if (field == "id" && value.find('\0') == std::string_view::npos) {
    event_.id = value;
  }
  line_.clear();
  return false;
}

SseEvent SseDecoder::take_event() {
  SseEvent complete{std::exchange(event_.name, {}), std::exchange(event_.data, {}), event_.id};
  has_data_ = false;
  return complete;
}

}  // namespace byeol::wire
