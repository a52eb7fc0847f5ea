// SPDX-License-Identifier: LGPL-2.1-or-later
// The examples of a page of documentation: what stands between ``` and ```.
//
// Marks that the tests know, on the line that opens a block:
//   sieve, toml       a whole script, a whole columbarium.toml
//   sieve refused, toml refused
//                     one with a fault; where a block "text" comes next, its words are in the error
//   console           commands behind "$ ", each with its output; a line "..." stands for any lines
// Blocks with another mark are not tested.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace columbarium::docs {

struct CodeBlock {
    std::string page;      // as it was asked for: "docs/facts.md"
    std::size_t line = 0;  // of the opening fence, from 1
    std::string mark;      // behind the opening fence, without blanks around it
    std::string text;      // each line ends with LF
    std::string next_text; // the text of the next block of the page where its mark is "text"; else ""
};

// "docs/facts.md, line 12", also for GoogleTest's failure messages.
[[nodiscard]] std::string place_of(const CodeBlock& block);
void PrintTo(const CodeBlock& block, std::ostream* stream);

// A command of a console block.
struct ConsoleCommand {
    std::string command;
    std::vector<std::string> output; // lines as shown
};

// README.md, then docs/*.md in the order of their names.
[[nodiscard]] std::vector<std::string> pages();

// The text of a page or any other file of the project. Throws std::runtime_error where it cannot be read.
[[nodiscard]] std::string read_page(const std::string& page);

// All blocks of a text. A block that is never closed ends with the text.
[[nodiscard]] std::vector<CodeBlock> code_blocks(const std::string& page, std::string_view text);

// The blocks of all pages with this mark.
[[nodiscard]] std::vector<CodeBlock> blocks_marked(std::string_view mark);

// Lines before the first command belong to none and are left out.
[[nodiscard]] std::vector<ConsoleCommand> console_commands(std::string_view text);

[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

// Whether lines are as shown: equal up to blanks at their ends, where "..." stands for any number of lines.
[[nodiscard]] bool is_as_shown(const std::vector<std::string>& lines, const std::vector<std::string>& shown);

} // namespace columbarium::docs
