#include "server/peer_protocol.h"

#include <utility>

#include <boost/json.hpp>

#include "api/problem.h"
#include "api/targets.h"

namespace tally {

namespace {

namespace json = boost::json;

json::object to_json(const Member& member) {
  return {{"id", member.id.text()}, {"run", member.run.text()}, {"url", member.url}};
}

}  // namespace

Result<net::ClientRequest> to_http(const PeerRequest& request, std::string authorization) {
  auto server = net::Url::parse(request.to.second);
  if (!server) return server.error();
  net::ClientRequest out;
  out.server = std::move(*server);
  out.accept = kProtobufType;
  out.authorization = std::move(authorization);
  if (const auto* push = std::get_if<PeerRequest::PushShare>(&request.question)) {
    out.method = "POST";
    out.target = "/v1/shares";
    out.content_type = kProtobufType;
    out.body = push->body;
    out.repeatable = true;  // a share that comes twice changes nothing
  } else if (const auto* ask = std::get_if<PeerRequest::AskStream>(&request.question)) {
    out.method = "GET";
    out.target = stream_target(ask->stream, ask->after);
  } else {
    out.method = "GET";
    const auto& ask_marks = std::get<PeerRequest::AskMarks>(request.question);
    out.target = marks_target(ask_marks.nonce, ask_marks.digest);
  }
  return out;
}

Result<std::string> from_http(Result<net::ClientResponse> response) {
  if (!response) return response.error();
  if (response->status != 200) return read_problem(response->status, response->body);
  return std::move(response->body);
}

std::string to_json(const Marks& marks) {
  json::array held;
  for (const Mark& mark : marks.marks) {
    held.push_back({{"stream", mark.stream.text()},
                    {"server", mark.server.text()},
                    {"received", number(mark.received)},
                    {"durable", number(mark.durable)}});
  }
  json::array members;
  for (const Member& member : marks.members) members.push_back(to_json(member));
  json::array removed;
  for (const ServerId& id : marks.removed) removed.emplace_back(id.text());
  return json::serialize(json::object{{"server", marks.sender.id.text()},
                                      {"run", marks.sender.run.text()},
                                      {"marks", std::move(held)},
                                      {"members", std::move(members)},
                                      {"removed", std::move(removed)}});
}

}  // namespace tally
