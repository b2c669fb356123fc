#include "edge/member_certificate.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace tally {

namespace {

constexpr std::string_view kMember = "tally://server/";

Error wrong(const std::string& what) {
  return {Errc::wrong_certificate, what +
                                       ": start the server with --tls-cert, a certificate of this cluster's "
                                       "CA with the name URI:tally://server/ and its id."};
}

}  // namespace

Result<ServerId> member_of(const net::HttpRequest& request) {
  if (request.certificate == nullptr)
    return wrong("Only counting servers may ask this, and none proved to be one");
  const auto& uris = request.certificate->uris;
  const auto is_member = [](const std::string& uri) { return uri.starts_with(kMember); };
  const auto named = std::find_if(uris.begin(), uris.end(), is_member);
  if (named == uris.end()) return wrong("The certificate names no counting server");
  if (std::count_if(named, uris.end(), is_member) > 1) {
    return wrong("The certificate names several counting servers, and each speaks for itself alone");
  }
  const auto id = ServerId::parse(std::string_view(*named).substr(kMember.size()));
  if (!id) return wrong("The certificate names what is no id of a server");
  return *id;
}

Result<void> check_speaks_for(const net::HttpRequest& request, const ServerId& server) {
  const auto member = member_of(request);
  if (!member) return member.error();
  if (*member == server) return {};
  return wrong("This is to come from server '" + server.text() +
               "', and the certificate is that of server '" + member->text() + "'");
}

}  // namespace tally
