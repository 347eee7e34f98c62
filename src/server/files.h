// The playground's files, which are part of the program.
#pragma once

#include <string_view>

#include "server/call.h"

namespace byeol::server {

struct File {
  std::string_view path;  // "/index.html"
  std::string_view content_type;
  std::string_view bytes;
};

// Nothing where no file has that path; "/" is the playground's page.
const File* find_file(std::string_view path);
void respond_file(const Call& call, const File& file);

}  // namespace byeol::server
