// What a TLS listener needs of OpenSSL.
//
// Threads: pure functions; a context may be shared by connections of one thread.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>

#include "base/result.h"

namespace byeol::net {

// TLS 1.2 and later with this certificate chain and key (PEM). kInvalidArgument: a file that cannot
// be read, is not PEM, needs a password, or a key that is not the certificate's.
Result<boost::asio::ssl::context> make_tls_context(const std::string& cert_path,
                                                   const std::string& key_path);

}  // namespace byeol::net
