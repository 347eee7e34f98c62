// A file that is brought from elsewhere appears under its name whole and checked, or not at all.
//
// Invariants:
//   (1) `destination` never holds bytes that were not fetched to the end, flushed to the disk and
//       approved (sha256 where it is known, then check()); it appears by an atomic rename
//   (2) one process at a time works on a destination: a second one waits for the lock file
//       (.NAME.lock, which stays) and then finds the work done
//   (3) a partial file (NAME.part) survives an interruption, so that fetch() may go on from it; a
//       complete one that is refused is deleted
//
// Threads: any number, also of several processes, may install the same destination at once.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace byeol::net {

struct FileInstallation {
  std::string destination;
  std::string sha256;  // 64 hexadecimal digits, or empty: not known.
  // Brings the bytes to the path it is given, where a part of them may already lie. May fill in
  // `sha256` when the source tells it.
  std::function<Status(const std::string& part, std::string& sha256)> fetch;
  // Looks at the whole file before it gets its name. May be empty.
  std::function<Status(const std::string& part)> check;
  // Called once if another process is at work on the same file. May be empty.
  std::function<void()> on_wait;
};

// kCorrupt: what came is not what was asked for. kIo: the disk or the source failed. Makes the
// folder of the destination where it is absent.
Status install_file(const FileInstallation& installation);

}  // namespace byeol::net
