#include "net/certificate_names.h"

#include <memory>
#include <string_view>

#include <arpa/inet.h>
#include <openssl/x509v3.h>

namespace tally::net {

namespace {

struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

template <class Call>
void for_each_name(const X509* certificate, Call call) {
  const std::unique_ptr<GENERAL_NAMES, FreeNames> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    int kind = 0;
    const auto* const value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &kind));
    if (kind != GEN_DNS && kind != GEN_IPADD && kind != GEN_URI) continue;
    call(kind, std::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                static_cast<std::size_t>(ASN1_STRING_length(value))));
  }
}

std::string address_text(std::string_view bytes) {
  char text[INET6_ADDRSTRLEN] = "?";
  const int family = bytes.size() == sizeof(in6_addr) ? AF_INET6 : AF_INET;
  if (bytes.size() == sizeof(in_addr) || family == AF_INET6) {
    inet_ntop(family, bytes.data(), text, sizeof text);
  }
  return text;
}

}  // namespace

std::vector<std::string> uris_of(const X509* certificate) {
  std::vector<std::string> uris;
  for_each_name(certificate, [&uris](int kind, std::string_view value) {
    if (kind == GEN_URI) uris.emplace_back(value);
  });
  return uris;
}

std::string hosts_of(const X509* certificate) {
  std::string hosts;
  for_each_name(certificate, [&hosts](int kind, std::string_view value) {
    if (kind == GEN_URI) return;
    if (!hosts.empty()) hosts += ", ";
    hosts += kind == GEN_IPADD ? address_text(value) : std::string(value);
  });
  return hosts.empty() ? "no host" : hosts;
}

}  // namespace tally::net
