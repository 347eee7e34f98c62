// What `byeol load` measures instead of a load. Each prints what it measured.
#pragma once

#include "base/result.h"
#include "cli/load_options.h"
#include "net/http_client.h"

namespace byeol::cli {

Status run_long_prompt(net::HttpClient& client, const LoadOptions& options);
Status run_warm_prefix(net::HttpClient& client, const LoadOptions& options);
Status run_stub(const LoadOptions& options);

}  // namespace byeol::cli
