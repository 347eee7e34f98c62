#include "net/tls.h"

#include <openssl/ssl.h>

#include <utility>

namespace byeol::net {

namespace ssl = boost::asio::ssl;

Result<ssl::context> make_tls_context(const std::string& cert_path, const std::string& key_path) {
  const auto failed = [](const std::string& what, const boost::system::error_code& error) {
    return Error{ErrorCode::kInvalidArgument, what + ": " + error.message()};
  };
  ssl::context context(ssl::context::tls_server);
  boost::system::error_code error;
  context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                          ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                          ssl::context::no_tlsv1_1 | SSL_OP_NO_RENEGOTIATION |
                          SSL_OP_IGNORE_UNEXPECTED_EOF,
                      error);
  if (error) return failed("set up TLS", error);
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);  // Idle ones need none.
  // Never ask at the terminal for the password of a key.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; },
                                error);
  context.use_certificate_chain_file(cert_path, error);
  if (error) return failed("read the TLS certificate " + cert_path, error);
  context.use_private_key_file(key_path, ssl::context::pem, error);
  if (error)
    return failed("read the TLS key " + key_path + ", which must be that of the certificate",
                  error);
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return Error{ErrorCode::kInvalidArgument,
                 "the TLS key " + key_path + " is not that of the certificate " + cert_path};
  return context;
}

}  // namespace byeol::net
