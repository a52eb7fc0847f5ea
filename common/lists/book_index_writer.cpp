// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/book_index.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <numeric>
#include <unordered_set>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/new_file.hpp"
#include "lists/constant_database.hpp"
#include "lists/groups.hpp"
#include "lists/index_format.hpp"
#include "mail/address.hpp"

namespace columbarium::lists {

namespace {

// Octets of cards in one record.
constexpr std::size_t block_limit = 1024 * 1024;

// Members of groups are not written beyond this place of the file: the rest of it is for the cards.
constexpr std::uint32_t group_room = database_limit / 2;

// Members of all groups together, each counted once for each group that it is in. More than so many for each
// address of the book, a card in ten thousand categories has, but no person.
constexpr std::uint64_t group_members_each = 20;
constexpr std::uint64_t group_members_base = 100'000;

// Octets of a member's name; it stands with each of the card's addresses in each of its groups.
constexpr std::size_t display_name_limit = 256;

// The start of a text in UTF-8.
std::string cut_text(const std::string& text, std::size_t limit) {
    if (text.size() <= limit)
        return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80)
        --limit;
    return text.substr(0, limit);
}

// How many members each group may have, so that all together have at most `most`: the small ones come first,
// so that a group that is too large costs itself only.
std::vector<std::uint64_t> shares(const std::vector<std::uint64_t>& sizes, std::uint64_t most) {
    std::vector<std::size_t> order(sizes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&sizes](std::size_t i) { return sizes[i]; });
    std::vector<std::uint64_t> given(sizes.size());
    for (const std::size_t i : order) {
        given[i] = std::min(sizes[i], most);
        most -= given[i];
    }
    return given;
}

// A resource as it will be written: what cards take as objects is four times that.
struct PackedResource {
    std::string id;
    std::string stamp;
    std::string cards;
    std::vector<std::size_t> ends; // of each card in `cards`
};

// The members of the book or of one group, each key once.
class MemberSection {
  public:
    MemberSection(DatabaseWriter& database, std::string prefix)
        : database_(database), prefix_(std::move(prefix)) {}

    // The first member under a key stays. False where the file cannot be written.
    bool add(std::string_view key, const Member& member, bool recipient) {
        const std::string whole = prefix_ + std::string(key);
        // Two keys with one hash cost a look into the file, no more.
        if (!seen_.insert(database_.hash().of(whole)).second && database_.has(whole))
            return database_.error_number() == 0;
        ++size_;
        return database_.add(whole, encode_member(member, recipient));
    }

    [[nodiscard]] std::uint32_t size() const { return size_; }

  private:
    DatabaseWriter& database_;
    std::string prefix_;
    std::unordered_set<std::uint64_t> seen_;
    std::uint32_t size_ = 0;
};

} // namespace

struct BookIndexWriter::State {
    State(std::string where, std::string whence, NewFile opened)
        : path(std::move(where)), origin(std::move(whence)), file(std::move(opened)),
          database(file.descriptor().number()), members(database, std::string(1, member_key)) {}

    // Gives the addresses of some cards as members: all group cards' own before the others' are known to be
    // somebody's, so in two passes. `numbers`: null for all cards. False where writing failed or `keep_on`
    // says so.
    template <class KeepOn>
    bool add_members(MemberSection& section, const std::vector<std::uint32_t>* numbers,
                     const KeepOn& keep_on);

    // Shows cards without what decode_card_addresses() leaves out. `numbers`: as above.
    template <class Each>
    void each_card(const std::vector<std::uint32_t>* numbers, const Each& each) const {
        const std::size_t count = numbers != nullptr ? numbers->size() : cards.size();
        for (std::size_t i = 0; i < count; ++i) {
            const auto number = numbers != nullptr ? (*numbers)[i] : static_cast<std::uint32_t>(i);
            if (const auto card = decode_card_addresses(cards[number]); card && !each(number, *card))
                return;
        }
    }

    void number_cards();
    [[nodiscard]] std::vector<Group> find_groups();
    void write_groups(Section& section);
    void write_resources();
    void write_notes();

    std::string path;
    std::string origin;
    NewFile file;
    DatabaseWriter database;
    MemberSection members;
    std::vector<PackedResource> resources;
    std::uint64_t packed_octets = 0;
    std::vector<std::string_view> cards; // of all resources, by number
    std::vector<std::uint64_t> weights;  // of each card: members that it may give
    std::map<std::string, std::string, std::less<>> notes;
};

template <class KeepOn>
bool BookIndexWriter::State::add_members(MemberSection& section, const std::vector<std::uint32_t>* numbers,
                                         const KeepOn& keep_on) {
    // Addresses of group cards: no recipients, unless they are somebody's, too.
    std::unordered_map<std::string, bool> of_groups;
    each_card(numbers, [&](std::uint32_t, const Card& card) {
        if (card.is_group)
            for (const std::string& address : card.addresses)
                of_groups.emplace(mail::fold_address(address), false);
        return true;
    });
    if (!of_groups.empty())
        each_card(numbers, [&](std::uint32_t, const Card& card) {
            for (const std::string& address : card.is_group ? card.member_addresses : card.addresses)
                if (const auto known = of_groups.find(mail::fold_address(address)); known != of_groups.end())
                    known->second = true;
            return true;
        });
    bool good = true;
    const auto add = [&](const std::string& address, const std::string& name) {
        const std::string key = mail::fold_address(address);
        if (key.empty())
            return;
        bool recipient = true;
        if (!of_groups.empty())
            if (const auto known = of_groups.find(key); known != of_groups.end())
                recipient = known->second;
        good = good && keep_on() && section.add(key, {address, name}, recipient);
    };
    each_card(numbers, [&](std::uint32_t, const Card& card) {
        const std::string name = cut_text(card.name, display_name_limit);
        for (const std::string& address : card.addresses)
            add(address, name);
        if (card.is_group)
            for (const std::string& address : card.member_addresses)
                add(address, "");
        return good;
    });
    return good;
}

void BookIndexWriter::State::number_cards() {
    std::ranges::sort(resources, {}, &PackedResource::id);
    for (const PackedResource& resource : resources) {
        std::size_t begin = 0;
        for (const std::size_t end : resource.ends) {
            cards.push_back(std::string_view(resource.cards).substr(begin, end - begin));
            begin = end;
        }
    }
}

// Weighs the cards, too.
std::vector<Group> BookIndexWriter::State::find_groups() {
    GroupResolver resolver;
    weights.assign(cards.size(), 0);
    for (std::uint32_t number = 0; number < cards.size(); ++number)
        if (const auto card = decode_card(cards[number])) {
            weights[number] = card->addresses.size() + card->member_addresses.size();
            resolver.note(number, *card);
        }
    if (resolver.wants_references())
        for (std::uint32_t number = 0; number < cards.size(); ++number)
            if (const auto card = decode_card(cards[number]))
                resolver.refer(number, *card);
    std::vector<Group> groups;
    resolver.resolve([&groups](Group&& group) { groups.push_back(std::move(group)); });
    return groups;
}

void BookIndexWriter::State::write_groups(Section& section) {
    const std::vector<Group> groups = find_groups();
    std::vector<std::uint64_t> sizes;
    sizes.reserve(groups.size());
    for (const Group& group : groups) {
        sizes.push_back(0);
        for (const std::uint32_t number : group.cards)
            sizes.back() += weights[number];
    }
    const std::uint64_t addresses = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
    const std::vector<std::uint64_t> given =
        shares(sizes, group_members_base + group_members_each * addresses);
    std::vector<std::pair<std::string, StoredGroup>> stored;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        StoredGroup entry;
        entry.number = static_cast<std::uint32_t>(stored.size());
        entry.members.begin = database.position();
        entry.complete = groups[i].complete && given[i] == sizes[i];
        std::uint64_t left = given[i];
        MemberSection group_members(database, index_key(group_member_key, entry.number, ""));
        if (left > 0 && !add_members(group_members, &groups[i].cards,
                                     [&] { return left-- > 0 && database.position() < group_room; }))
            entry.complete = false;
        entry.members.end = database.position();
        stored.emplace_back(groups[i].name, entry);
    }
    section.begin = database.position();
    for (const auto& [name, group] : stored)
        database.add(index_key(group_key, name), encode_group(group));
    section.end = database.position();
    std::unordered_set<std::string> folded;
    for (const auto& [name, group] : stored)
        if (std::string lower = to_lower(name); folded.insert(lower).second)
            database.add(index_key(folded_group_key, lower), name);
}

void BookIndexWriter::State::write_resources() {
    std::uint32_t number = 0;
    for (const PackedResource& resource : resources) {
        std::size_t card = 0;
        do {
            RecordWriter block;
            std::uint32_t count = 0;
            for (; card < resource.ends.size() && block.octets().size() < block_limit; ++card, ++count) {
                const std::size_t begin = card == 0 ? 0 : resource.ends[card - 1];
                block.text(std::string_view(resource.cards).substr(begin, resource.ends[card] - begin));
            }
            RecordWriter record;
            record.text(resource.id);
            record.text(resource.stamp);
            record.number(count);
            database.add(index_key(resource_key, number++, ""), record.octets() + block.octets());
        } while (card < resource.ends.size());
    }
}

void BookIndexWriter::State::write_notes() {
    for (const auto& [name, value] : notes)
        if (value.size() > short_note)
            database.add(index_key(note_key, name), value);
}

BookIndexWriter::BookIndexWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
BookIndexWriter::BookIndexWriter(BookIndexWriter&&) noexcept = default;
BookIndexWriter& BookIndexWriter::operator=(BookIndexWriter&&) noexcept = default;
BookIndexWriter::~BookIndexWriter() = default;

Expected<BookIndexWriter> BookIndexWriter::create(const std::string& path, std::string_view origin) {
    if (const auto made = make_folders(folder_of(path)); !made)
        return tl::make_unexpected(made.error());
    remove_leftovers(path);
    auto file = NewFile::create(path);
    if (!file)
        return tl::make_unexpected(file.error());
    return BookIndexWriter(std::make_unique<State>(path, std::string(origin), std::move(*file)));
}

void BookIndexWriter::add(Resource resource) {
    if (state_->packed_octets > database_limit)
        return; // commit() fails
    PackedResource packed;
    packed.id = std::move(resource.id);
    packed.stamp = std::move(resource.stamp);
    for (const Card& card : resource.cards) {
        packed.cards += encode_card(card);
        packed.ends.push_back(packed.cards.size());
    }
    state_->packed_octets += packed.cards.size();
    state_->resources.push_back(std::move(packed));
}

Expected<void> BookIndexWriter::add_value(std::string_view key, const Member& member) {
    if (!state_->members.add(key, member, true))
        return temporary_failure(
            system_text(state_->path, "cannot write the index", state_->database.error_number()));
    return {};
}

void BookIndexWriter::set_note(std::string_view name, std::string_view value) {
    state_->notes.insert_or_assign(std::string(name), std::string(value));
}

Expected<void> BookIndexWriter::commit(std::chrono::system_clock::time_point now) {
    State& state = *state_;
    DatabaseWriter& database = state.database;
    if (state.packed_octets > database_limit)
        return permanent_failure(fmt::format("{}: the book is larger than 1 GiB", state.path));
    state.number_cards();
    IndexHeader header;
    header.origin = state.origin;
    header.hash = database.hash();
    header.member_section.begin = database_start;
    state.add_members(state.members, nullptr, [] { return true; });
    header.member_section.end = database.position();
    header.members = state.members.size();
    state.write_groups(header.group_section);
    header.resource_section.begin = database.position();
    state.write_resources();
    header.resource_section.end = database.position();
    state.write_notes();
    for (const auto& [name, value] : state.notes)
        if (value.size() <= short_note)
            header.notes.emplace(name, value);
    const std::string key = index_key(header_key, "");
    header.file_size = database.size_with(key.size() + encode_header(header).size());
    database.add(key, encode_header(header));
    if (!database.finish())
        return temporary_failure(system_text(state.path, "cannot write the index", database.error_number()));
    return state.file.put_in_place(now);
}

} // namespace columbarium::lists
