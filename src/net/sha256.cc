#include "net/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace byeol::net {

Result<std::string> sha256_of_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) return Error{ErrorCode::kIo, "read " + path + ": " + std::strerror(errno)};

  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  BYEOL_CHECK(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  std::vector<char> buffer(std::size_t{1} << 20);
  std::size_t size = 0;
  while ((size = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0)
    BYEOL_CHECK(EVP_DigestUpdate(context.get(), buffer.data(), size) == 1);
  if (std::ferror(file.get()))
    return Error{ErrorCode::kIo, "read " + path + ": " + std::strerror(errno)};

  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int digest_bytes = 0;
  BYEOL_CHECK(EVP_DigestFinal_ex(context.get(), digest.data(), &digest_bytes) == 1);
  std::string hex;
  for (unsigned int i = 0; i < digest_bytes; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

}  // namespace byeol::net
