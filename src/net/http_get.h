// Fetches a URL (http or https) into a file with libcurl, and goes on where an earlier attempt
// stopped.
//
// A partial file is continued only where that is safe: the server named a version of the bytes (a
// strong ETag or Last-Modified, kept beside the part as NAME.part.version) and still has that
// version (If-Range), or the caller knows the sha256 of the whole. Otherwise it starts anew.
// A connection that is cut is taken up again while each attempt brings bytes; one that
// stays silent for 30 seconds counts as cut. Redirects are followed, to http and https only;
// certificates are checked; proxies and CA bundles come from the usual environment variables.
//
// Threads: any number of calls on different files. No global state but libcurl's own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace byeol::net {

struct HttpGet {
  std::string url;
  std::string part;           // The file to write to; may hold the beginning already.
  bool sha256_known = false;  // The caller checks the whole afterwards.
  // Called several times a second, with the bytes so far and in all (0: the server did not say).
  std::function<void(std::int64_t done_bytes, std::int64_t total_bytes)> progress;
};

struct HttpGot {
  // The sha256 that the server declares in `X-Linked-ETag` (model hubs do), or empty.
  std::string declared_sha256;
};

// kInvalidArgument: not an http(s) URL. kNotFound: the server says 404 or 410. kIo: anything else.
Result<HttpGot> http_get(const HttpGet& request);

}  // namespace byeol::net
