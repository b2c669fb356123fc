#include "program/exposure.h"

#include <algorithm>

#include <boost/asio/ip/address.hpp>

namespace tally {

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "localhost.") return true;
  boost::system::error_code none;
  const auto address = boost::asio::ip::make_address(host, none);
  if (none) return false;
  if (address.is_v4()) return address.to_v4().is_loopback();
  const auto v6 = address.to_v6();
  if (!v6.is_v4_mapped()) return v6.is_loopback();
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).is_loopback();
}

Result<void> check_exposure(const Exposure& exposure) {
  if (exposure.insecure || (exposure.has_tokens && exposure.has_tls)) return {};
  const auto open =
      std::find_if(exposure.places.begin(), exposure.places.end(),
                   [](const Exposure::Place& place) { return !is_loopback(place.endpoint.host); });
  if (open == exposure.places.end()) return {};
  std::string missing;
  if (!exposure.has_tokens) missing += "says with --tokens who may do what";
  if (!exposure.has_tls)
    missing += std::string(missing.empty() ? "" : ", and ") + "speaks TLS (--tls-cert, --tls-key)";
  return Error{Errc::invalid, open->option + " " + open->endpoint.text() +
                                  " lets other machines in: that takes a server that " + missing +
                                  ". Listen on 127.0.0.1 or [::1], or say --insecure if all who can reach it "
                                  "may do everything."};
}

}  // namespace tally
