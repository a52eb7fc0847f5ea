// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/message.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "mail/field_bound.hpp"
#include "mail/gmime.hpp"

namespace columbarium::mail {

namespace {

// The header is read in steps of this size: most headers take one.
constexpr std::size_t header_step = 16 * 1024;

struct Node {
    GMimeObject* object;
    int parent;
    int depth;
};

// Lists a tree in document order, without recursion: how deep a message nests its parts is its sender's
// choice.
std::vector<Part> list_parts(GMimeObject* top) {
    std::vector<Part> parts;
    std::vector<Node> pending;
    if (top != nullptr)
        pending.push_back({top, -1, 0});
    while (!pending.empty() && parts.size() < part_limit) {
        const Node node = pending.back();
        pending.pop_back();
        const int index = static_cast<int>(parts.size());
        parts.emplace_back(node.object, node.parent, node.depth);
        if (GMIME_IS_MULTIPART(node.object)) {
            GMimeMultipart* multipart = GMIME_MULTIPART(node.object);
            const int count = std::min(g_mime_multipart_get_count(multipart), static_cast<int>(part_limit));
            for (int i = count - 1; i >= 0; --i)
                pending.push_back({g_mime_multipart_get_part(multipart, i), index, node.depth + 1});
        } else if (GMIME_IS_MESSAGE_PART(node.object)) {
            GMimeMessage* message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(node.object));
            GMimeObject* inner = message == nullptr ? nullptr : g_mime_message_get_mime_part(message);
            if (inner != nullptr)
                pending.push_back({inner, index, node.depth + 1});
        }
    }
    return parts;
}

// A byte array of GLib that only borrows the octets of somebody else.
struct GiveBack {
    void operator()(GByteArray* borrowed) const {
        gsize octets = 0;
        static_cast<void>(g_byte_array_steal(borrowed, &octets));
        g_byte_array_unref(borrowed);
    }
};

// A parsed piece of a message: its octets, GMime's tree of views on them, and the list of parts. What comes
// later in the list is destroyed first.
struct Tree {
    std::string octets;
    std::unique_ptr<GByteArray, GiveBack> borrowed;
    GObject_ptr<GMimeObject> top;
    std::vector<Part> parts;
};

void parse(Tree& tree) {
    ensure_gmime();
    tree.borrowed.reset(
        g_byte_array_new_take(reinterpret_cast<guint8*>(tree.octets.data()), tree.octets.size())); // NOLINT
    const GObject_ptr<GMimeStream> stream(g_mime_stream_mem_new_with_byte_array(tree.borrowed.get()));
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream.get()), FALSE);
    const GObject_ptr<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    // A part, not a message: the addresses of the header, which GMime would parse, are not wanted here.
    tree.top.reset(g_mime_parser_construct_part(parser.get(), parser_options()));
    tree.parts = list_parts(tree.top.get());
}

} // namespace

struct Message::State {
    State(Source& message_source, Envelope message_envelope)
        : source(message_source), envelope(std::move(message_envelope)) {}

    Source& source;
    Envelope envelope;
    std::string header_octets;
    std::optional<HeaderFields> header;
    std::optional<Tree> head;
    std::optional<Tree> whole;
};

namespace {

// What of the top-level header GMime is given: the fields that tell the structure. A damaged header (an
// mbox's "From " line, lines that are no field) then cannot keep it from reading the body, and it need not
// parse what nobody asks it for.
constexpr std::array<std::string_view, 3> structure_fields{"Content-Type", "Content-Transfer-Encoding",
                                                           "Content-Disposition"};

// Lines that may be boundaries. A parser takes time for each, whatever the size of what is between them; what
// follows the last of these is not parsed.
constexpr int boundary_line_limit = 20'000;

void cut_behind_boundary_lines(std::string& octets) {
    std::size_t at = 0;
    for (int lines = 0; lines < boundary_line_limit; ++lines) {
        at = octets.find("\n--", at);
        if (at == std::string::npos)
            return;
        at += 3;
    }
    octets.resize(at);
}

// Reads `limit` octets of message and parses them into `result`, which stays empty where that fails.
Expected<void> read_tree(std::optional<Tree>& result, Source& source, const HeaderFields& header,
                         std::size_t limit) {
    Tree tree;
    for (const std::string_view name : structure_fields)
        if (header.has(name))
            tree.octets.append(name).append(": ").append(header.raw(name)).append("\n");
    tree.octets += '\n';
    // Room at once: a growing string would hold a large message twice.
    const Expected<std::uint64_t> size = limit > head_limit ? source.size() : head_limit;
    if (!size)
        return tl::make_unexpected(size.error());
    tree.octets.reserve(tree.octets.size() + std::min<std::uint64_t>(limit, *size));
    const Expected<std::size_t> got =
        source.read(header.length(), limit - std::min(limit, header.length()), tree.octets);
    if (!got)
        return tl::make_unexpected(got.error());
    cut_behind_boundary_lines(tree.octets);
    drop_fields_beyond_limit(tree.octets);
    cut_nested_groups(tree.octets);
    // In its place first: GMime's parts are views on the octets where they are then.
    result.emplace(std::move(tree));
    parse(*result);
    return {};
}

// The parts of `tree`, which is read first where it is not there yet.
Expected<std::span<const Part>> parts_of(Message& message, std::optional<Tree>& tree, Source& source,
                                         std::size_t limit) {
    if (!tree) {
        const Expected<void> read = message.header().and_then(
            [&](const HeaderFields* fields) { return read_tree(tree, source, *fields, limit); });
        if (!read)
            return tl::make_unexpected(read.error());
    }
    return std::span<const Part>(tree->parts);
}

} // namespace

Message::Message(Source& source, Envelope envelope)
    : state_(std::make_unique<State>(source, std::move(envelope))) {}

Message::~Message() = default;

Expected<std::uint64_t> Message::size() {
    return state_->source.size();
}

Expected<const HeaderFields*> Message::header() {
    if (state_->header)
        return &*state_->header;
    std::string& octets = state_->header_octets;
    while (octets.size() < header_limit) {
        const std::size_t before = octets.size();
        const Expected<std::size_t> got = state_->source.read(before, header_step, octets);
        if (!got)
            return tl::make_unexpected(got.error());
        const std::size_t from = before < 3 ? 0 : before - 3;
        if (*got < header_step || octets.find("\n\n", from) != std::string::npos ||
            octets.find("\n\r\n", from) != std::string::npos)
            break;
    }
    state_->header.emplace(octets);
    return &*state_->header;
}

Expected<std::span<const Part>> Message::head_parts() {
    return parts_of(*this, state_->head, state_->source, head_limit);
}

Expected<std::span<const Part>> Message::all_parts() {
    const Expected<std::uint64_t> octets = size();
    if (!octets)
        return tl::make_unexpected(octets.error());
    return *octets <= head_limit ? head_parts() : parts_of(*this, state_->whole, state_->source, whole_limit);
}

Expected<std::optional<std::string>> Message::sender() {
    if (state_->envelope.sender)
        return state_->envelope.sender;
    const Expected<const HeaderFields*> fields = header();
    if (!fields)
        return tl::make_unexpected(fields.error());
    if (!(*fields)->has("Return-Path"))
        return std::optional<std::string>();
    const std::string unfolded = unfold((*fields)->raw("Return-Path"));
    return std::optional<std::string>(std::string(without_angle_brackets(unfolded)));
}

} // namespace columbarium::mail
