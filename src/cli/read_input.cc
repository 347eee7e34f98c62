#include "cli/read_input.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace byeol::cli {

Result<std::string> read_input(const std::string& path) {
  const bool is_standard = path == "-";
  const std::string name = is_standard ? "standard input" : path;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened(
      is_standard ? nullptr : std::fopen(path.c_str(), "rb"), std::fclose);
  std::FILE* file = is_standard ? stdin : opened.get();
  const auto failed = [&name] {
    const int reason = errno;
    return Error{reason == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                 "cannot read " + name + ": " + std::generic_category().message(reason)};
  };
  if (!file) return failed();
  std::string text;
  std::array<char, 1 << 16> buffer;
  while (const std::size_t bytes = std::fread(buffer.data(), 1, buffer.size(), file))
    text.append(buffer.data(), bytes);
  if (std::ferror(file)) return failed();
  return text;
}

}  // namespace byeol::cli
