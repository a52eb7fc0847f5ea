// SPDX-License-Identifier: LGPL-2.1-or-later
// An index with some octets changed, asked everything. The input is a list of changes: two octets for the
// place, one for what to put there. Real files are hit much deeper this way than by inputs that are the file.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "lists/book_index.hpp"

namespace {

using namespace columbarium::lists;

constexpr const char* origin = "vdir:/home/x/contacts";

std::string folder() {
    static std::string* const made = [] {
        auto* name = new std::string("/tmp/fuzz-book-XXXXXX");
        if (mkdtemp(name->data()) == nullptr)
            std::abort();
        return name;
    }();
    return *made;
}

// An index with people, groups, categories and a note; open for changes, and its name.
struct File {
    std::string path = folder() + "/book";
    std::string kept = folder() + "/kept"; // a second name: the first one is removed where damage is found
    std::string octets;
    int descriptor = -1;
};

File& file() {
    static File* const made = [] {
        auto* created = new File;
        auto writer = BookIndexWriter::create(created->path, origin);
        if (!writer)
            std::abort();
        Card ann{"u1", "Ann", false, {"ann@x.org", "a@x.org"}, {"friends"}, {}, {}};
        Card team{"u2", "team", true, {"team@x.org"}, {}, {"u1", "u2"}, {"mia@x.org"}};
        writer->add({"1", "stamp", {ann}});
        writer->add({"2", "stamp", {team, ann}});
        writer->set_note("token", "value");
        if (!writer->commit(std::chrono::system_clock::now()))
            std::abort();
        if (link(created->path.c_str(), created->kept.c_str()) < 0)
            std::abort();
        created->descriptor = open(created->path.c_str(), O_RDWR | O_CLOEXEC);
        char block[65536];
        const ssize_t length = pread(created->descriptor, block, sizeof(block), 0);
        if (length <= 0)
            std::abort();
        created->octets.assign(block, static_cast<std::size_t>(length));
        return created;
    }();
    return *made;
}

void ask_everything(const BookIndex& book) {
    for (const char* key : {"ann@x.org", "mia@x.org", "nobody@x.org"}) {
        static_cast<void>(book.find(key));
        static_cast<void>(book.find_in_group("team", key));
    }
    static_cast<void>(book.group_name("FRIENDS"));
    static_cast<void>(book.groups());
    static_cast<void>(book.note("token"));
    static_cast<void>(book.each_member("", false, [](const Member&) { return true; }));
    static_cast<void>(book.each_member("team", true, [](const Member&) { return true; }));
    static_cast<void>(book.each_resource([](Resource&&) { return true; }));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    std::string damaged = file().octets;
    for (std::size_t i = 0; i + 2 < octets; i += 3)
        damaged[(std::size_t{data[i]} * 256 + data[i + 1]) % damaged.size()] = static_cast<char>(data[i + 2]);
    if (pwrite(file().descriptor, damaged.data(), damaged.size(), 0) < 0)
        std::abort();
    if (link(file().kept.c_str(), file().path.c_str()) < 0 && errno != EEXIST)
        std::abort();
    const auto index = BookIndex::open(file().path, origin);
    if (!index)
        std::abort();
    if (*index)
        ask_everything(**index);
    return 0;
}
