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

struct Resource {
  std::string_view path;
  Subject subject;
  std::optional<Action> get;
  std::optional<Action> post = {};
  std::optional<Action> put = {};
  std::optional<Action> del = {};
};

// The first row is the hot path.
constexpr Resource kCountingServer[] = {
    {"/v1/counters/", Subject::counter_name, Action::read_counter, Action::add},
    {"/v1/counters", Subject::none, Action::list_counters, Action::add_batch},
    {"/v1/trees/", Subject::counter_name, Action::show_tree},
    {"/v1/shares", Subject::none, {}, Action::take_share},
    {"/v1/marks", Subject::none, Action::show_marks},
    {"/v1/streams/", Subject::as_sent, Action::show_stream},
    {"/livez", Subject::none, Action::tell_alive},
    {"/readyz", Subject::none, Action::tell_ready},
    {"/metrics", Subject::none, Action::show_metrics},
    {"/openapi.json", Subject::none, Action::describe},
};

constexpr Resource kBalancer[] = {
    {"/v1/counters/", Subject::as_sent, Action::redirect, Action::redirect},
    {"/v1/counters", Subject::none, Action::redirect, Action::redirect},
    {"/v1/trees/", Subject::as_sent, Action::redirect},
    {"/v1/assignment", Subject::none, Action::assign},
    {"/v1/servers", Subject::none, Action::list_servers},
    {"/v1/servers/", Subject::as_sent, {}, {}, Action::take_heartbeat, Action::remove_server},
    {"/livez", Subject::none, Action::tell_alive},
    {"/readyz", Subject::none, Action::tell_ready},
    {"/metrics", Subject::none, Action::show_metrics},
    {"/openapi.json", Subject::none, Action::describe},
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

std::optional<Action> action_of(const Resource& resource, Method method) {
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
  const auto list = [&methods](const std::optional<Action>& action, std::string_view names) {
    if (!action) return;
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
  const std::optional<Action> action = action_of(*resource, method);
  if (!action) {
    return Error{Errc::method_not_allowed,
                 "This path does not have that method: use " + methods_of(*resource) + "."};
  }
  Route route{*action, path.substr(resource->path.size()), query};
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
