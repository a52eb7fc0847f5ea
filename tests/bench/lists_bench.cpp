// SPDX-License-Identifier: LGPL-2.1-or-later
// What books cost: look-ups in one of a million addresses, beside SQLite with a primary key; opening a folder
// of cards that did not change; reading cards for the first time.
//
// Cold look-ups happen in a new process, which is this program with other arguments, and are measured inside
// of it from before the open to the answer:
//   columbarium_bench_lists --cold book|sqlite FILE ADDRESS     microseconds
//   columbarium_bench_lists --memory FILE                       kilobytes that 10,000 look-ups add
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include <benchmark/benchmark.h>

#include "lists/book_index.hpp"
#include "lists/vdir.hpp"
#include "paired.hpp"

namespace {

using namespace columbarium;
using Clock = std::chrono::steady_clock;

constexpr int addresses = 1'000'000;
constexpr const char* origin = "bench";

void require(bool holds, const std::string& text) {
    if (!holds)
        throw std::runtime_error(text);
}

template <class T>
T valued(Expected<T> result) {
    require(result.has_value(), result ? "" : result.error().text);
    return std::move(*result);
}

void ignore(const std::string&) {}

std::string address(int number) {
    return "person." + std::to_string(number * 7919LL % addresses) + "@mail" + std::to_string(number % 97) +
           ".example.org";
}

std::string name(int number) {
    return "Person Number " + std::to_string(number);
}

// Made at the first use, removed at the end.
class Scratch {
  public:
    Scratch() {
        std::string made = (std::filesystem::temp_directory_path() / "columbarium-bench-XXXXXX").string();
        require(mkdtemp(made.data()) != nullptr, "cannot make a folder");
        path_ = made;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { std::filesystem::remove_all(path_); }
    std::string operator/(const std::string& file) const { return (path_ / file).string(); }

  private:
    std::filesystem::path path_;
};

const Scratch& scratch() {
    static const Scratch folder;
    return folder;
}

// The same people in an index and in a table.
const std::string& book_file() {
    static const std::string path = [] {
        const std::string made = scratch() / "book";
        auto writer = valued(lists::BookIndexWriter::create(made, origin));
        for (int i = 0; i < addresses; ++i) {
            lists::Card card;
            card.uid = std::to_string(i);
            card.name = name(i);
            card.addresses = {address(i)};
            writer.add({std::to_string(i) + ".vcf", "stamp", {std::move(card)}});
        }
        require(writer.commit(std::chrono::system_clock::now()).has_value(), "cannot write the book");
        return made;
    }();
    return path;
}

// A table and one prepared look-up.
class Table {
  public:
    explicit Table(const std::string& path, bool make = false) {
        const int flags = make ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
        require(sqlite3_open_v2(path.c_str(), &database_, flags, nullptr) == SQLITE_OK,
                "cannot open " + path);
    }
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    ~Table() {
        sqlite3_finalize(statement_);
        sqlite3_close(database_);
    }
    void execute(const char* sql) {
        require(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
    }
    void prepare(const char* sql) {
        require(sqlite3_prepare_v2(database_, sql, -1, &statement_, nullptr) == SQLITE_OK, sql);
    }
    void bind(int column, const std::string& text) {
        sqlite3_bind_text(statement_, column, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
    // Whether there is a row.
    bool step() {
        const bool row = sqlite3_step(statement_) == SQLITE_ROW;
        if (row)
            benchmark::DoNotOptimize(sqlite3_column_text(statement_, 0));
        sqlite3_reset(statement_);
        return row;
    }
    void prepare_look_up() { prepare("SELECT value, name FROM people WHERE address = ?"); }
    bool look_up(const std::string& key) {
        bind(1, key);
        return step();
    }

  private:
    sqlite3* database_ = nullptr;
    sqlite3_stmt* statement_ = nullptr;
};

const std::string& table_file() {
    static const std::string path = [] {
        const std::string made = scratch() / "table";
        Table table(made, true);
        table.execute(
            "CREATE TABLE people (address TEXT PRIMARY KEY, value TEXT, name TEXT) WITHOUT ROWID; BEGIN");
        table.prepare("INSERT INTO people VALUES (?1, ?1, ?2)");
        for (int i = 0; i < addresses; ++i) {
            const std::string key = address(i);
            const std::string person = name(i);
            table.bind(1, key);
            table.bind(2, person);
            table.step();
        }
        table.execute("COMMIT");
        return made;
    }();
    return path;
}

// Addresses of the book, in no order.
class Keys {
  public:
    std::string next() { return address(std::uniform_int_distribution<int>(0, addresses - 1)(random_)); }

  private:
    std::mt19937 random_{1};
};

bool find_in(const lists::BookIndex& book, const std::string& key) {
    const auto member = book.find(key);
    return member && *member;
}

lists::BookIndex open_book(const std::string& path) {
    auto book = valued(lists::BookIndex::open(path, origin));
    require(book.has_value(), "no book at " + path);
    return std::move(*book);
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

// The number that a new process of this program prints.
double ask_child(const std::string& arguments) {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    FILE* pipe = popen(("exec '" + self + "' " + arguments).c_str(), "r");
    require(pipe != nullptr, "cannot start a process");
    double number = -1;
    const int fields = std::fscanf(pipe, "%lf", &number);
    require(pclose(pipe) == 0 && fields == 1, "the process failed: " + arguments);
    return number;
}

void warm_look_up(benchmark::State& state) {
    const lists::BookIndex book = open_book(book_file());
    Table table(table_file());
    table.prepare_look_up();
    Keys keys;
    Keys same_keys;
    bench::compare(state,
                   {{"sqlite", [&] { require(table.look_up(keys.next()), "not in the table"); }},
                    {"book", [&] { require(find_in(book, same_keys.next()), "not in the book"); }}},
                   50'000);
    state.counters["book MB"] = static_cast<double>(std::filesystem::file_size(book_file())) / 1e6;
    state.counters["sqlite MB"] = static_cast<double>(std::filesystem::file_size(table_file())) / 1e6;
}

void cold_look_up(benchmark::State& state) {
    Keys keys;
    std::vector<double> book;
    std::vector<double> sqlite;
    for (auto _ : state)
        for (int round = 0; round < 300; ++round) {
            const std::string key = keys.next();
            sqlite.push_back(ask_child("--cold sqlite " + table_file() + " " + key));
            book.push_back(ask_child("--cold book " + book_file() + " " + key));
        }
    state.counters["sqlite us"] = median(sqlite);
    state.counters["book us"] = median(book);
    state.counters["book ratio"] = median(book) / median(sqlite);
}

void memory(benchmark::State& state) {
    double kilobytes = 0;
    for (auto _ : state)
        kilobytes = ask_child("--memory " + book_file());
    state.counters["book kB"] = kilobytes;
}

std::string card_text(int number) {
    const std::string id = std::to_string(number);
    return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:5d3e7a1c-0000-4000-8000-" + id + "\r\nFN:" + name(number) +
           "\r\nN:Number " + id + ";Person;;;\r\nEMAIL;TYPE=INTERNET,HOME:" + address(number) +
           "\r\nEMAIL;TYPE=INTERNET,WORK,PREF:work." + id +
           "@office.example.com\r\nTEL;TYPE=CELL,VOICE:+49 30 1234567\r\n"
           "ADR;TYPE=HOME:;;Long Street 17;Berlin;;10115;Germany\r\nORG:Example\\, "
           "Inc.;Sales\r\nCATEGORIES:" +
           (number % 10 == 0 ? "friends" : "others") +
           "\r\nNOTE:Met at the conference\\, and again a year "
           "later.\r\nREV:2025-01-01T00:00:00Z\r\nEND:VCARD\r\n";
}

std::string make_folder(const std::string& folder, int cards) {
    const std::string path = scratch() / folder;
    std::filesystem::create_directory(path);
    for (int i = 0; i < cards; ++i)
        std::ofstream(path + "/" + std::to_string(i) + ".vcf") << card_text(i);
    return path;
}

// Late enough that what was just written is trusted.
std::chrono::system_clock::time_point later() {
    return std::chrono::system_clock::now() + std::chrono::hours(1);
}

void open_unchanged(benchmark::State& state) {
    const std::string folder = make_folder("unchanged", 10'000);
    const std::string index = scratch() / "unchanged.index";
    auto now = later();
    valued(lists::open_vdir(folder, index, now, ignore));
    // A look at the files comes when the last one is 2 s ago; between looks there is one at the folder.
    bench::compare(state,
                   {{"between looks", [&] { valued(lists::open_vdir(folder, index, now, ignore)); }},
                    {"with a look",
                     [&] {
                         now += std::chrono::seconds(3);
                         valued(lists::open_vdir(folder, index, now, ignore));
                     }}},
                   200);
}

void index_first(benchmark::State& state) {
    constexpr int cards = 100'000;
    const std::string folder = make_folder("first", cards);
    const std::string file = scratch() / "all.vcf";
    {
        std::ofstream all(file);
        for (int i = 0; i < cards; ++i)
            all << card_text(i);
    }
    const auto now = later();
    const auto index_anew = [&](const std::string& book) {
        const std::string index = scratch() / "first.index";
        std::filesystem::remove(index);
        require(valued(lists::open_vdir(book, index, now, ignore)).size() == 2 * cards, "cards are missing");
    };
    bench::compare(state, {{"one file", [&] { index_anew(file); }}, {"folder", [&] { index_anew(folder); }}},
                   5);
}

BENCHMARK(warm_look_up)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(cold_look_up)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(memory)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(open_unchanged)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(index_first)->Iterations(1)->Unit(benchmark::kMillisecond);

// What a child process does.
double cold_microseconds(std::string_view kind, const std::string& file, const std::string& key) {
    const auto start = Clock::now();
    if (kind == "sqlite") {
        Table table(file);
        table.prepare_look_up();
        require(table.look_up(key), "not in the table");
        return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
    }
    require(find_in(open_book(file), key), "not in the book");
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

double resident_kilobytes() {
    std::ifstream statm("/proc/self/statm");
    long size = 0;
    long resident = 0;
    statm >> size >> resident;
    return static_cast<double>(resident * sysconf(_SC_PAGESIZE)) / 1024;
}

double memory_growth(const std::string& file) {
    Keys keys;
    const double before = resident_kilobytes();
    const lists::BookIndex book = open_book(file);
    for (int i = 0; i < 10'000; ++i)
        require(find_in(book, keys.next()), "not in the book");
    return resident_kilobytes() - before;
}

} // namespace

int main(int count, char** values) {
    const std::vector<std::string> arguments(values + 1, values + count);
    if (arguments.size() == 4 && arguments[0] == "--cold") {
        std::cout << cold_microseconds(arguments[1], arguments[2], arguments[3]) << '\n';
        return 0;
    }
    if (arguments.size() == 2 && arguments[0] == "--memory") {
        std::cout << memory_growth(arguments[1]) << '\n';
        return 0;
    }
    benchmark::Initialize(&count, values);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
