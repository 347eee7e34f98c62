// Made by src/server/embed_web.py from the folder web/.
#pragma once

#include <span>

#include "server/files.h"

namespace byeol::server {

std::span<const File> web_files();

}  // namespace byeol::server
