#include "server/files.h"

#include <algorithm>
#include <string>

#include "server/web_files.h"

namespace byeol::server {

const File* find_file(std::string_view path) {
  if (path == "/") path = "/index.html";
  const auto found = std::ranges::find(web_files(), path, &File::path);
  return found == web_files().end() ? nullptr : &*found;
}

void respond_file(const Call& call, const File& file) {
  call.exchange->respond(
      200,
      headers_of(call, file.content_type,
                 {{"Cache-Control", "no-cache"},
                  {"X-Content-Type-Options", "nosniff"},
                  {"Referrer-Policy", "no-referrer"},
                  {"Content-Security-Policy",
                   "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"}}),
      std::string(file.bytes));
}

}  // namespace byeol::server
