#include "net/http_get.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string_view>

namespace byeol::net {
namespace {

namespace fs = std::filesystem;

constexpr int kFruitlessAttemptsMax = 3;

// One request and what its answer says. The callbacks below get a pointer to it.
struct Transfer {
  const HttpGet& request;
  CURL* curl;
  std::FILE* file = nullptr;
  std::int64_t offset = 0;  // Bytes that lay in the part before this request.
  bool body_begun = false;
  std::string write_error = {};
  // Of the answer being read; begin anew with each status line (redirects have headers, too).
  std::string etag = {};
  std::string last_modified = {};
  std::int64_t range_begin = -1;
  // Of any answer on the way.
  std::string linked_etag = {};
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::string_view line(bytes, size);
  if (line.starts_with("HTTP/")) {
    transfer.etag.clear();
    transfer.last_modified.clear();
    transfer.range_begin = -1;
    return size;
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return size;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (name == "etag") transfer.etag = value;
  if (name == "last-modified") transfer.last_modified = value;
  if (name == "x-linked-etag") transfer.linked_etag = value;
  if (name == "content-range" && value.starts_with("bytes "))
    std::from_chars(value.data() + 6, value.data() + value.size(), transfer.range_begin);
  return size;
}

// What If-Range may carry: a weak ETag does not promise equal bytes.
std::string version_of(const Transfer& transfer) {
  if (transfer.etag.starts_with('"')) return transfer.etag;
  return transfer.etag.empty() ? transfer.last_modified : std::string();
}

std::string version_path(const std::string& part) {
  return part + ".version";
}

std::string read_version(const std::string& part) {
  std::ifstream file(version_path(part));
  std::string version;
  std::getline(file, version);
  return version;
}

void write_version(const std::string& part, const std::string& version) {
  std::error_code ignored;
  fs::remove(version_path(part), ignored);
  if (!version.empty()) std::ofstream(version_path(part)) << version << '\n';
}

// Decides, at the first byte of a good answer, whether it continues the part or replaces it.
bool begin_body(Transfer& transfer) {
  long status = 0;
  curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
  const bool continues = status == 206 && transfer.range_begin == transfer.offset;
  if (!continues && status != 200) {
    transfer.write_error = "the server answered another range than asked for";
    return false;
  }
  if (!continues) {
    transfer.offset = 0;
    write_version(transfer.request.part, version_of(transfer));
  }
  transfer.file = std::fopen(transfer.request.part.c_str(), continues ? "ab" : "wb");
  if (!transfer.file)
    transfer.write_error = "write " + transfer.request.part + ": " + std::strerror(errno);
  transfer.body_begun = true;
  return transfer.file != nullptr;
}

std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (!transfer.body_begun && !begin_body(transfer)) return 0;
  const std::size_t written = std::fwrite(bytes, 1, size, transfer.file);
  if (written != size)
    transfer.write_error = "write " + transfer.request.part + ": " + std::strerror(errno);
  return written;
}

int on_progress(void* context, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t) {
  const auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.body_begun && transfer.request.progress)
    transfer.request.progress(transfer.offset + done, total > 0 ? transfer.offset + total : 0);
  return 0;
}

std::int64_t size_of(const std::string& path) {
  std::error_code failure;
  const auto size = fs::file_size(path, failure);
  return failure ? 0 : static_cast<std::int64_t>(size);
}

enum class Outcome { kDone, kCut, kFailed, kRangeRefused };
struct Attempt {
  Outcome outcome;
  Error error;
  std::string linked_etag = {};
};

Attempt attempt(const HttpGet& request) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  BYEOL_CHECK(curl);
  Transfer transfer{.request = request, .curl = curl.get()};
  char curl_message[CURL_ERROR_SIZE] = "";
  const auto set = [&curl](CURLoption option, auto value) {
    BYEOL_CHECK(curl_easy_setopt(curl.get(), option, value) == CURLE_OK);
  };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_ERRORBUFFER, &curl_message[0]);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, 10L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, 30L);
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, 30L);
  set(CURLOPT_USERAGENT, "byeol");
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(&transfer));
  // Tools set these for the libraries that they carry; Debian's libcurl reads neither by itself.
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (const char* bundle = std::getenv(name); bundle && *bundle) {
      set(CURLOPT_CAINFO, bundle);
      break;
    }
  }

  curl_slist* headers = nullptr;
  const std::string version = read_version(request.part);
  if (!version.empty() || request.sha256_known) transfer.offset = size_of(request.part);
  const std::string range = std::to_string(transfer.offset) + "-";
  if (transfer.offset > 0) {
    set(CURLOPT_RANGE, range.c_str());
    if (!version.empty()) headers = curl_slist_append(headers, ("If-Range: " + version).c_str());
    set(CURLOPT_HTTPHEADER, headers);
  }

  const CURLcode code = curl_easy_perform(curl.get());
  curl_slist_free_all(headers);
  if (code == CURLE_OK && !transfer.body_begun) begin_body(transfer);  // An empty file.
  if (transfer.file && std::fclose(transfer.file) != 0 && transfer.write_error.empty())
    transfer.write_error = "write " + request.part + ": " + std::strerror(errno);

  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  const auto failed = [&](Outcome outcome, ErrorCode error_code, const std::string& message) {
    return Attempt{outcome, {error_code, "get " + request.url + ": " + message}, {}};
  };
  if (!transfer.write_error.empty())
    return failed(Outcome::kFailed, ErrorCode::kIo, transfer.write_error);
  if (code == CURLE_OK) return {Outcome::kDone, {}, transfer.linked_etag};
  if (status == 416) return failed(Outcome::kRangeRefused, ErrorCode::kIo, "range refused");
  const std::string message = *curl_message ? curl_message : curl_easy_strerror(code);
  if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT)
    return failed(Outcome::kFailed, ErrorCode::kInvalidArgument, message);
  if (code == CURLE_HTTP_RETURNED_ERROR && status < 500)
    return failed(Outcome::kFailed,
                  status == 404 || status == 410 ? ErrorCode::kNotFound : ErrorCode::kIo,
                  "the server says " + std::to_string(status));
  // Wrong hosts and certificates do not get better by asking again.
  if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_PEER_FAILED_VERIFICATION ||
      code == CURLE_TOO_MANY_REDIRECTS)
    return failed(Outcome::kFailed, ErrorCode::kIo, message);
  return failed(Outcome::kCut, ErrorCode::kIo, message);
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

Result<HttpGot> http_get(const HttpGet& request) {
  static std::once_flag once;
  std::call_once(once, [] { BYEOL_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });

  for (int fruitless = 0;;) {
    const std::int64_t bytes_before = size_of(request.part);
    Attempt result = attempt(request);
    switch (result.outcome) {
      case Outcome::kDone: {
        write_version(request.part, {});
        std::string_view declared = result.linked_etag;
        if (declared.starts_with('"') && declared.ends_with('"') && declared.size() >= 2)
          declared = declared.substr(1, declared.size() - 2);
        return HttpGot{std::string(is_sha256(declared) ? declared : "")};
      }
      case Outcome::kFailed:
        return std::move(result.error);
      case Outcome::kRangeRefused: {
        // The part is as long as the whole, or longer: begin anew.
        std::error_code ignored;
        fs::remove(request.part, ignored);
        write_version(request.part, {});
        break;
      }
      case Outcome::kCut:
        if (size_of(request.part) > bytes_before) fruitless = 0;
        break;
    }
    if (++fruitless >= kFruitlessAttemptsMax) return std::move(result.error);
  }
}

}  // namespace byeol::net
