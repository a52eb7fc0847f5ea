// SPDX-License-Identifier: LGPL-2.1-or-later
// What a site of a million people costs: the first sync, one with 1 % changes, one without any, and the
// tables for MTAs; as the command itself, with its peak memory. The store is SQLite.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

namespace {

constexpr int people = 1'000'000;

void require(bool holds, const std::string& text) {
    if (!holds)
        throw std::runtime_error(text);
}

struct Cost {
    double seconds = 0;
    double megabytes = 0; // at the peak
};

// A site in a folder that goes with it.
class Site {
  public:
    Site() {
        std::string made = (std::filesystem::temp_directory_path() / "columbarium-bench-XXXXXX").string();
        require(mkdtemp(made.data()) != nullptr, "cannot make a folder");
        folder_ = made;
        std::filesystem::create_directory(folder_ / "store");
        std::ofstream(folder_ / "accounts") << "postmaster\n";
        std::ofstream(path("columbarium.toml")) << fmt::format(
            "[people]\ndomains = [\"cam.example.org\"]\naccount_domain = \"hermes.example.org\"\n"
            "accounts = \"list:{0}/accounts\"\n[store]\nsqlite = \"{0}/store/store.sqlite\"\n"
            "[feed]\nkind = \"csv\"\nfile = \"{0}/people.csv\"\n[feed.columns]\nid = \"id\"\n",
            folder_.string());
    }
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;
    ~Site() { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

    // Day 0, and day 1 with 1 % of changes: of each 400 people one has left, one has another name, one
    // another address, and one is new.
    void write_feed(int day) const {
        std::ofstream file(path("people.csv"));
        file << "username,id,full_name,affiliation,forwarding_address,tombstone_address\n";
        for (int i = 0; i < people; ++i) {
            const int kind = day == 0 ? -1 : i % 400;
            if (kind == 0)
                continue;
            file << fmt::format("u{0:07},{1},{2} Number {0},Department {3},u{0:07}@{4}{5}.example.org,"
                                "u{0:07}@tomb.example.net\n",
                                i, i + 1, kind == 1 ? "Another" : "Person", i % 50,
                                kind == 2 ? "post" : "mail", i % 97);
            if (kind == 3)
                file << fmt::format("n{0:07},{1},New Person {0},Department 1,,\n", i, people + i + 1);
        }
    }

    // Runs `columbarium ARGUMENTS`, which has to succeed.
    [[nodiscard]] Cost run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), COLUMBARIUM_COMMAND);
        arguments.insert(arguments.end(), {"--config", path("columbarium.toml")});
        std::vector<char*> values;
        for (std::string& argument : arguments)
            values.push_back(argument.data());
        values.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        const auto begin = std::chrono::steady_clock::now();
        pid_t pid = 0;
        const int error = posix_spawn(&pid, values[0], &actions, nullptr, values.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        require(error == 0, "cannot start " + arguments[0]);
        int status = 0;
        struct rusage used {};
        require(wait4(pid, &status, 0, &used) == pid, "lost the command");
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "columbarium " + arguments[1] + " failed");
        return {seconds.count(), static_cast<double>(used.ru_maxrss) / 1024};
    }

  private:
    std::filesystem::path folder_;
};

void report(benchmark::State& state, const std::string& name, const Cost& cost) {
    state.counters[name + " s"] = cost.seconds;
    state.counters[name + " MB"] = cost.megabytes;
}

void a_million_people(benchmark::State& state) {
    for (auto _ : state) {
        const Site site;
        site.write_feed(0);
        report(state, "first sync", site.run({"people", "sync"}));
        site.write_feed(1);
        report(state, "sync 1 %", site.run({"people", "sync"}));
        report(state, "sync 0 %", site.run({"people", "sync"}));
        for (const std::string format : {"postfix-texthash", "postfix-cdb", "exim-lsearch", "exim-cdb"})
            report(state, format,
                   site.run({"tables", "export", "--format", format, "--output", site.path("table.cdb"),
                             "forwarding"}));
    }
}

BENCHMARK(a_million_people)->Iterations(1)->Unit(benchmark::kSecond);

} // namespace
