#include "core/files/sha256.hpp"

#include <openssl/evp.h>

#include "core/base/error.hpp"

namespace eca {

// OpenSSL returns 1 on success; it fails only without memory, or when the system's policy forbids the digest.
static void require(int result) {
  if (result != 1) throw Error("sha256: OpenSSL refused to compute the digest");
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr);
  require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::update(const void* bytes, size_t n) { require(EVP_DigestUpdate(context_.get(), bytes, n)); }

std::string Sha256::hex() const {
  const Context copy(EVP_MD_CTX_new());  // finishing a digest ends its context
  require(copy != nullptr);
  require(EVP_MD_CTX_copy_ex(copy.get(), context_.get()));
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(copy.get(), digest, &size));

  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sum;
  sum.update(bytes);
  return sum.hex();
}

}  // namespace eca
