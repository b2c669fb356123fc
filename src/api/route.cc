#include "api/route.h"

#include <algorithm>
#include <optional>
#include <span>

#include "api/text.h"
#include "api/uri.h"
#include "base/check.h"
#include "count/counter_name.h"

namespace tally {

namespace {

// What follows a path that ends with a slash.
enum class Subject : std::uint8_t { none, counter_name, as_sent };

// What a method does there. There is none that demands nothing.
struct Served {
  Action action;
  Scopes demands;
};

struct Resource {
  std::string_view path;
  Subject subject;
  std::optional<Served> get;
  std::optional<Served> post = {};
  std::optional<Served> put = {};
  std::optional<Served> del = {};
};

// The first row is the hot path.
constexpr Resource kCountingServer[] = {
    {"/v1/counters/", Subject::counter_name, Served{Action::read_counter, kForReaders},
     Served{Action::add, kForWriters}},
    {"/v1/counters", Subject::none, Served{Action::list_counters, kForReaders},
     Served{Action::add_batch, kForWriters}},
    {"/v1/trees/", Subject::counter_name, Served{Action::show_tree, kForReaders}},
    {"/v1/shares", Subject::none, {}, Served{Action::take_share, kForServers}},
    {"/v1/marks", Subject::none, Served{Action::show_marks, kForServers}},
    {"/v1/streams/", Subject::as_sent, Served{Action::show_stream, kForServers}},
    {"/v1/stats", Subject::none, Served{Action::show_stats, kForReaders}},
    {"/livez", Subject::none, Served{Action::tell_alive, kForAnyone}},
    {"/readyz", Subject::none, Served{Action::tell_ready, kForAnyone}},
    {"/metrics", Subject::none, Served{Action::show_metrics, kForReaders}},
    {"/openapi.json", Subject::none, Served{Action::describe, kForAnyone}},
};

// A redirect demands what the counting server will: who may not go on hears it here.
constexpr Resource kBalancer[] = {
    {"/v1/counters/", Subject::as_sent, Served{Action::redirect, kForReaders},
     Served{Action::redirect, kForWriters}},
    {"/v1/counters", Subject::none, Served{Action::redirect, kForReaders},
     Served{Action::redirect, kForWriters}},
    {"/v1/trees/", Subject::as_sent, Served{Action::redirect, kForReaders}},
    {"/v1/assignment", Subject::none, Served{Action::assign, kForAnyToken}},
    {"/v1/servers", Subject::none, Served{Action::list_servers, kForAnyToken}},
    {"/v1/servers/",
     Subject::as_sent,
     {},
     {},
     Served{Action::take_heartbeat, kForServers},
     Served{Action::remove_server, kForAdmins}},
    {"/v1/events", Subject::none, Served{Action::watch, kForReaders}},
    {"/v1/dashboard/counters/", Subject::counter_name, {}, Served{Action::pass_on_add, kForWriters}},
    {"/", Subject::none, Served{Action::show_dashboard, kForAnyone}},
    {"/app.js", Subject::none, Served{Action::show_dashboard, kForAnyone}},
    {"/app.css", Subject::none, Served{Action::show_dashboard, kForAnyone}},
    {"/livez", Subject::none, Served{Action::tell_alive, kForAnyone}},
    {"/readyz", Subject::none, Served{Action::tell_ready, kForAnyone}},
    {"/metrics", Subject::none, Served{Action::show_metrics, kForReaders}},
    {"/openapi.json", Subject::none, Served{Action::describe, kForAnyone}},
};

std::span<const Resource> resources_of(Program program) {
  return program == Program::counting_server ? std::span<const Resource>(kCountingServer) : kBalancer;
}

const Resource* find_resource(Program program, std::string_view path) {
  const std::span<const Resource> resources = resources_of(program);
  const auto serves = [path](const Resource& resource) {
    return resource.subject == Subject::none ? path == resource.path : path.starts_with(resource.path);
  };
  const auto resource = std::find_if(resources.begin(), resources.end(), serves);
  return resource == resources.end() ? nullptr : &*resource;
}

std::optional<Served> served_by(const Resource& resource, Method method) {
  switch (method) {
    case Method::get:
    case Method::head: return resource.get;
    case Method::post: return resource.post;
    case Method::put: return resource.put;
    case Method::del: return resource.del;
    case Method::other: return std::nullopt;
  }
  TALLY_CHECK(false && "a Method outside the enumeration");
}

std::string methods_of(const Resource& resource) {
  std::string methods;
  const auto list = [&methods](const std::optional<Served>& served, std::string_view names) {
    if (!served) return;
    if (!methods.empty()) methods += ", ";
    methods += names;
  };
  list(resource.get, "GET, HEAD");
  list(resource.post, "POST");
  list(resource.put, "PUT");
  list(resource.del, "DELETE");
  return methods;
}

}  // namespace

Result<Route> find_route(Program program, Method method, std::string_view target, std::string& scratch) {
  const auto [path, query] = split_target(target);
  const Resource* resource = find_resource(program, path);
  if (resource == nullptr) {
    return Error{Errc::no_such_path,
                 "Nothing is served at " + quote(path) + ": counters are at /v1/counters/NAME."};
  }
  const std::optional<Served> served = served_by(*resource, method);
  if (!served) {
    return Error{Errc::method_not_allowed,
                 "This path does not have that method: use " + methods_of(*resource) + "."};
  }
  Route route{served->action, served->demands, path.substr(resource->path.size()), query};
  if (resource->subject == Subject::counter_name) {
    const auto name = percent_decode(route.subject, scratch);
    if (!name) return name.error();
    const auto checked = check_counter_name(*name);
    if (!checked) return checked.error();
    route.subject = *name;
  }
  return route;
}

std::string allowed_methods(Program program, std::string_view target) {
  const Resource* resource = find_resource(program, split_target(target).path);
  return resource == nullptr ? std::string() : methods_of(*resource);
}

std::map<std::string_view, std::string> served_paths(Program program) {
  std::map<std::string_view, std::string> paths;
  for (const Resource& resource : resources_of(program)) paths.emplace(resource.path, methods_of(resource));
  return paths;
}

}  // namespace tally
