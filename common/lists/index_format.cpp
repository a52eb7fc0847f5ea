// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/index_format.hpp"

#include <utility>

namespace columbarium::lists {

namespace {

constexpr std::string_view magic = "columbarium book";
constexpr std::size_t length_size = 4;

void write_section(RecordWriter& writer, const Section& section) {
    writer.number(section.begin);
    writer.number(section.end);
}

Section read_section(RecordReader& reader) {
    Section section;
    section.begin = reader.number();
    section.end = reader.number();
    return section;
}

bool lies_within(const Section& section, std::uint32_t file_size) {
    return section.begin <= section.end && section.end <= file_size;
}

} // namespace

std::string encode_header(const IndexHeader& header) {
    RecordWriter writer;
    writer.text(magic);
    writer.number(index_version);
    writer.text(header.origin);
    writer.number(header.file_size);
    writer.number(header.members);
    writer.text(header.hash.key());
    write_section(writer, header.member_section);
    write_section(writer, header.group_section);
    write_section(writer, header.resource_section);
    writer.number(static_cast<std::uint32_t>(header.notes.size()));
    for (const auto& [name, value] : header.notes) {
        writer.text(name);
        writer.text(value);
    }
    writer.number(static_cast<std::uint32_t>(writer.octets().size() + length_size));
    return writer.octets();
}

std::size_t header_length(std::string_view tail) {
    if (tail.size() < length_size)
        return 0;
    return RecordReader(tail.substr(tail.size() - length_size)).number();
}

std::optional<IndexHeader> decode_header(std::string_view octets) {
    RecordReader reader(octets);
    IndexHeader header;
    if (reader.text() != magic || reader.number() != index_version)
        return std::nullopt;
    header.origin = reader.text();
    header.file_size = reader.number();
    header.members = reader.number();
    if (!header.hash.set_key(reader.text()))
        return std::nullopt;
    header.member_section = read_section(reader);
    header.group_section = read_section(reader);
    header.resource_section = read_section(reader);
    const std::uint32_t notes = reader.number();
    for (std::uint32_t i = 0; i < notes && reader.ok(); ++i) {
        std::string name(reader.text());
        header.notes.insert_or_assign(std::move(name), std::string(reader.text()));
    }
    static_cast<void>(reader.number()); // its length
    if (!reader.ok() || !reader.at_end() || !lies_within(header.member_section, header.file_size) ||
        !lies_within(header.group_section, header.file_size) ||
        !lies_within(header.resource_section, header.file_size))
        return std::nullopt;
    return header;
}

std::string encode_group(const StoredGroup& group) {
    RecordWriter writer;
    writer.number(group.number);
    writer.number(group.complete ? 1 : 0);
    write_section(writer, group.members);
    return writer.octets();
}

std::optional<StoredGroup> decode_group(std::string_view octets) {
    RecordReader reader(octets);
    StoredGroup group;
    group.number = reader.number();
    group.complete = reader.number() != 0;
    group.members = read_section(reader);
    if (!reader.ok() || !reader.at_end())
        return std::nullopt;
    return group;
}

} // namespace columbarium::lists
