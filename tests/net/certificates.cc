#include "tests/net/certificates.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/check.h"

namespace tally::net {

namespace {

template <class T, void (*free)(T*)>
struct Free {
  void operator()(T* value) const { free(value); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509, X509_free>>;

constexpr long kDay = 24L * 3600;

Key make_key() { return Key(EVP_EC_gen("P-256")); }

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  TALLY_CHECK(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

Certificate make_certificate(const std::string& name, EVP_PKEY* key, long valid_for_s) {
  static long serial = 0;
  Certificate made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), valid_for_s);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_pubkey(made.get(), key);
  return made;
}

void write_key(const std::string& file, EVP_PKEY* key) {
  std::FILE* const out = std::fopen(file.c_str(), "w");
  TALLY_CHECK(out != nullptr && PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  std::fclose(out);
}

void write_certificate(const std::string& file, X509* certificate) {
  std::FILE* const out = std::fopen(file.c_str(), "w");
  TALLY_CHECK(out != nullptr && PEM_write_X509(out, certificate) == 1);
  std::fclose(out);
}

Key read_key(const std::string& file) {
  std::FILE* const in = std::fopen(file.c_str(), "r");
  Key key(PEM_read_PrivateKey(in, nullptr, nullptr, nullptr));
  std::fclose(in);
  return key;
}

Certificate read_certificate(const std::string& file) {
  std::FILE* const in = std::fopen(file.c_str(), "r");
  Certificate certificate(PEM_read_X509(in, nullptr, nullptr, nullptr));
  std::fclose(in);
  return certificate;
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name) {
  std::string folder = (std::filesystem::temp_directory_path() / "tally-certificates-XXXXXX").string();
  TALLY_CHECK(mkdtemp(folder.data()) != nullptr);
  folder_ = folder;
  const Key key = make_key();
  const Certificate own = make_certificate(name, key.get(), kDay);
  X509_set_issuer_name(own.get(), X509_get_subject_name(own.get()));
  extend(own.get(), own.get(), NID_basic_constraints, "critical,CA:TRUE");
  TALLY_CHECK(X509_sign(own.get(), key.get(), EVP_sha256()) > 0);
  write_key(folder_ + "/ca.key", key.get());
  write_certificate(file(), own.get());
}

TestAuthority::~TestAuthority() { std::filesystem::remove_all(folder_); }

CertificateFiles TestAuthority::issue(const std::string& file_name, const std::string& names,
                                      long valid_for_s) const {
  const Key ca_key = read_key(folder_ + "/ca.key");
  const Certificate ca = read_certificate(file());
  const Key key = make_key();
  const Certificate issued = make_certificate(file_name, key.get(), valid_for_s);
  X509_set_issuer_name(issued.get(), X509_get_subject_name(ca.get()));
  extend(issued.get(), ca.get(), NID_subject_alt_name, names);
  TALLY_CHECK(X509_sign(issued.get(), ca_key.get(), EVP_sha256()) > 0);
  CertificateFiles files{folder_ + "/" + file_name + ".pem", folder_ + "/" + file_name + ".key"};
  write_key(files.key, key.get());
  write_certificate(files.certificate, issued.get());
  return files;
}

}  // namespace tally::net
