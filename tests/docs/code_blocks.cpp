// SPDX-License-Identifier: LGPL-2.1-or-later
#include "code_blocks.hpp"

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "rig/directory.hpp"

namespace columbarium::docs {

namespace {

constexpr std::string_view fence = "```";
constexpr std::string_view prompt = "$ ";
constexpr std::string_view ellipsis = "...";

std::string_view without_blanks_at_end(std::string_view line) {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t'))
        line.remove_suffix(1);
    return line;
}

} // namespace

std::string place_of(const CodeBlock& block) {
    return block.page + ", line " + std::to_string(block.line);
}

void PrintTo(const CodeBlock& block, std::ostream* stream) {
    *stream << place_of(block);
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

std::vector<std::string> pages() {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "docs"))
        if (entry.path().extension() == ".md")
            names.push_back("docs/" + entry.path().filename().string());
    std::ranges::sort(names);
    names.insert(names.begin(), "README.md");
    return names;
}

std::string read_page(const std::string& page) {
    return rig::read_file(std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / page);
}

std::vector<CodeBlock> code_blocks(const std::string& page, std::string_view text) {
    std::vector<CodeBlock> blocks;
    bool inside = false;
    std::size_t number = 0;
    for (const std::string& line : lines_of(text)) {
        ++number;
        if (line.starts_with(fence)) {
            if (!inside) {
                const std::string_view mark = std::string_view(line).substr(fence.size());
                blocks.push_back({page, number, std::string(without_blanks_at_end(mark)), {}, {}});
            }
            inside = !inside;
        } else if (inside) {
            blocks.back().text += line + '\n';
        }
    }
    for (std::size_t i = 0; i + 1 < blocks.size(); ++i)
        if (blocks[i + 1].mark == "text")
            blocks[i].next_text = blocks[i + 1].text;
    return blocks;
}

std::vector<CodeBlock> blocks_marked(std::string_view mark) {
    std::vector<CodeBlock> found;
    for (const std::string& page : pages())
        for (CodeBlock& block : code_blocks(page, read_page(page)))
            if (block.mark == mark)
                found.push_back(std::move(block));
    return found;
}

std::vector<ConsoleCommand> console_commands(std::string_view text) {
    std::vector<ConsoleCommand> commands;
    for (std::string& line : lines_of(text)) {
        if (line.starts_with(prompt))
            commands.push_back({line.substr(prompt.size()), {}});
        else if (!commands.empty())
            commands.back().output.push_back(std::move(line));
    }
    return commands;
}

bool is_as_shown(const std::vector<std::string>& lines, const std::vector<std::string>& shown) {
    // At each line, go on as shown; where that fails, let the last "..." take one line more.
    std::size_t line = 0;
    std::size_t at = 0;
    std::size_t behind_ellipsis = 0; // of `shown`; 0 where none was passed
    std::size_t taken_up_to = 0;
    while (line < lines.size()) {
        if (at < shown.size() && shown[at] == ellipsis) {
            behind_ellipsis = ++at;
            taken_up_to = line;
        } else if (at < shown.size() &&
                   without_blanks_at_end(shown[at]) == without_blanks_at_end(lines[line])) {
            ++at;
            ++line;
        } else if (behind_ellipsis > 0) {
            at = behind_ellipsis;
            line = ++taken_up_to;
        } else {
            return false;
        }
    }
    while (at < shown.size() && shown[at] == ellipsis)
        ++at;
    return at == shown.size();
}

} // namespace columbarium::docs
