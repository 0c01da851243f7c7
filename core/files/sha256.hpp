// SHA-256 (FIPS 180-4) by OpenSSL: the checksum of weight files and the fingerprint of trained weights.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX, so that its headers stay out of ours

namespace eca {

class Sha256 {
 public:
  Sha256();
  void update(const void* bytes, size_t n);
  void update(std::string_view bytes) { update(bytes.data(), bytes.size()); }
  // The digest of everything so far, 64 lower-case hexadecimal digits. More may be added afterwards.
  std::string hex() const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_md_ctx_st, Free>;

  Context context_;
};

// The digest of one block of bytes.
std::string sha256_hex(std::string_view bytes);

}  // namespace eca
