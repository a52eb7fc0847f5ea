// SPDX-License-Identifier: LGPL-2.1-or-later
// The text of a feed, as CSV and as JSON lines. The first octet says how the rest is cut into pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feed/row_reader.hpp"
#include "feed/source.hpp"

namespace {

using namespace columbarium;

void require(bool holds) {
    if (!holds)
        std::abort();
}

struct Result {
    std::vector<tombstone::Row> rows;
    std::string failure;
};

config::FeedColumns columns() {
    return {.username = "u",
            .id = "i",
            .full_name = "n",
            .affiliation = "a",
            .forwarding_address = "f",
            .tombstone_address = "t",
            .disclosure = "d",
            .mail = ""};
}

template <class Make>
Result read(Make make, std::string_view text, std::size_t piece) {
    Result result;
    const auto reader =
        make(columns(), "feed", [&](tombstone::Row row) { result.rows.push_back(std::move(row)); });
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        if (const auto fed = reader->feed(text.substr(0, piece)); !fed) {
            result.failure = fed.error().text;
            require(!result.failure.empty());
            return result;
        }
    if (const auto finished = reader->finish(); !finished) {
        result.failure = finished.error().text;
        require(!result.failure.empty());
    }
    return result;
}

void require_same(const Result& one, const Result& other) {
    require(one.failure == other.failure && one.rows.size() == other.rows.size());
    for (std::size_t i = 0; i < one.rows.size(); ++i) {
        const tombstone::Row& a = one.rows[i];
        const tombstone::Row& b = other.rows[i];
        require(a.where == b.where && a.username == b.username && a.id == b.id &&
                a.full_name == b.full_name && a.affiliation == b.affiliation &&
                a.forwarding_address == b.forwarding_address && a.tombstone_address == b.tombstone_address &&
                a.disclosure == b.disclosure && a.fault == b.fault);
    }
}

template <class Make>
void check(Make make, std::string_view text, std::size_t piece) {
    const Result whole = read(make, text, text.size() + 1);
    require_same(read(make, text, piece), whole);
    // A feed that is cut off anywhere within its last line is never a whole one. (Where it ends with empty
    // lines, nothing of it is missing.)
    if (!whole.failure.empty())
        return;
    require(!whole.rows.empty());
    for (const tombstone::Row& row : whole.rows)
        require(row.username.size() <= feed::longest_field && row.where.starts_with("feed:"));
    const std::string_view cut = text.substr(0, text.size() - 1);
    if (!cut.empty() && cut.back() != '\n' && cut.back() != '\r')
        require(!read(make, cut, cut.size()).failure.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    if (octets < 2)
        return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, octets - 1); // NOLINT: text here
    const std::size_t piece = std::size_t{data[0]} % 16 + 1;
    check(feed::csv_reader, text, piece);
    check(feed::jsonl_reader, text, piece);
    // Most texts have no header that is one.
    check(feed::csv_reader, "u,n,f\n" + std::string(text), piece);
    return 0;
}
