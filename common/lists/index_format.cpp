// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/index_format.hpp"

namespace columbarium::lists {

namespace {

constexpr std::string_view magic = "columbarium book";

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
    write_section(writer, header.member_section);
    write_section(writer, header.group_section);
    write_section(writer, header.resource_section);
    return writer.octets();
}

std::optional<IndexHeader> decode_header(std::string_view octets) {
    RecordReader reader(octets);
    IndexHeader header;
    if (reader.text() != magic || reader.number() != index_version)
        return std::nullopt;
    header.origin = reader.text();
    header.file_size = reader.number();
    header.members = reader.number();
    header.member_section = read_section(reader);
    header.group_section = read_section(reader);
    header.resource_section = read_section(reader);
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
