#include "program/help.h"

namespace tally {

namespace {

constexpr Example kExamples[] = {
    {"add", "tally add page-views", "Add 1 and print the new value"},
    {"add", "tally add stock/apples -3", "Take 3 away"},
    {"add", "tally add -o json page-views 5 | jq .ack", "What holds the add: memory, disk or peers:K"},
    {"get", "tally get page-views", "Print the value, and nothing else"},
    {"get", "tally get page-views stock/apples", "Print a line for each: its name, a tab, its value"},
    {"get", "tally get --fresh page-views", "Ask every server first"},
    {"count", "cut -d' ' -f1 access.log | tally count --prefix visits/", "Count a log's addresses"},
    {"count", "tally count words.txt", "Count the lines of a file"},
    {"ls", "tally ls page/", "List the counters whose names begin with page/"},
    {"ls", "tally ls --by value --limit 10", "The ten largest"},
    {"ls", "tally ls -o json | jq -c 'select(.value < 0)'", "Those below zero"},
    {"watch", "tally watch page-views", "Print the value now, and each time it changes"},
    {"watch", "tally watch --every 250ms a b", "Look at two of them four times a second"},
    {"top", "tally top", "The largest counters and all servers; q leaves"},
    {"top", "tally top --by rate page/", "Those below page/ that change most"},
    {"top", "tally top | head -20", "One table, for whoever is not a terminal"},
    {"servers", "tally servers", "Print the id, URL and state of each"},
    {"servers", "tally servers -o json | jq -r 'select(.state != \"ready\").id'",
     "The ids of those that do not serve"},
    {"doctor", "tally doctor", "Check everything that the balancer knows of"},
    {"doctor", "tally doctor --balancer http://10.0.0.1:7070,http://10.0.0.2:7070",
     "Check two balancers and all their servers"},
    {"doctor", "tally doctor -o json | jq -c 'select(.result != \"ok\")'", "What is wrong, for a script"},
    {"shell", "tally shell", "Ask at a prompt, with history and completion"},
    {"shell", "echo 'get page-views' | tally shell", "Let a pipe do the asking"},
    {"up", "tally up", "A balancer and two servers, until Ctrl-C"},
    {"up", "tally up --servers 3 --data /tmp/tally", "Three servers that keep their counts on disk"},
    {"server", "tally server --id a --listen 127.0.0.1:7071 --balancer http://127.0.0.1:7070",
     "A server that counts in memory"},
    {"server", "tally server --id a --data /var/lib/tally/a --ack disk --config /etc/tally.toml",
     "One that answers when an add is on disk"},
    {"balancer", "tally balancer --listen 127.0.0.1:7070", "A balancer where clients look for one"},
    {"token", "tally token web --scope read,write --tokens tokens >web.token",
     "A token that adds and reads, in a file of its own"},
    {"completion", "source <(tally completion bash)", "Complete in this bash"},
    {"completion", "tally completion zsh >\"${fpath[1]}/_tally\"", "In every zsh from the next one on"},
    {"completion", "tally completion fish >~/.config/fish/completions/tally.fish", "In every fish"},
    {"help", "tally help watch", "What tally watch --help says"},
};

}  // namespace

std::span<const Example> examples() { return kExamples; }

}  // namespace tally
