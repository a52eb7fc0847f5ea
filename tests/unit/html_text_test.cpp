// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/html_text.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace columbarium::triage {
namespace {

std::string text_of(std::string_view html) {
    return text_of_html(html, 64 * 1024);
}

struct Row {
    const char* what;
    const char* html;
    const char* text;
};

TEST(HtmlText, IsWhatAReaderSees) {
    const Row table[] = {
        {"nothing", "", ""},
        {"plain text", "a  b\n\tc", "a b c"},
        {"tags inside words", "<b>bo</b>ld", "bold"},
        {"blocks", "<p>one</p><div>two<br>three</div>", "one\ntwo\nthree\n"},
        {"a table", "<table><tr><td>Description:</td><td>Donation</td></tr><tr><td>x</td></tr></table>",
         "Description: Donation\nx\n"},
        {"what is never shown",
         "<head><title>T</title><style>p{a:b}</style></head><script>if (a<b) x('</p>')</script>seen", "seen"},
        {"a comment", "a<!-- <b>no --> c", "a c"},
        {"a comment that never ends", "a<!-- b", "a"},
        {"a style that never ends", "a<style>b", "a"},
        {"a conditional comment", "<!--[if mso]>no<![endif]-->yes", "yes"},
        {"references", "&lt;&amp;&gt; &quot;&#39;&auml;&#x416;&#1078;&nbsp;x", "<&> \"'äЖж x"},
        {"references that are none", "AT&T &nosuch; &#xd800;&#0; &; &", "AT&T &nosuch; &; &"},
        {"signs that are no tags", "1 < 2 and a<b", "1 < 2 and a<b"},
        {"a tag that never ends", "see <a href=x", "see <a href=x"},
        {"attributes", "<a href=\"http://example.com/\" title='x y'>here</a>", "here"},
        {"a quoted block", "mine<blockquote>theirs<br>too</blockquote>mine", "mine\n> theirs\n> too\nmine"},
        {"what is laid out", "a<pre>\none  two\n\n  three\n&gt; four</pre>b\nc",
         "a\none two\n three\n> four\nb c"},
        {"a field", "a<textarea>one\ntwo</textarea>b", "a\none\ntwo\nb"},
        {"laid out and quoted", "<blockquote><pre>one\n two</pre></blockquote></pre>a\nb",
         "> one\n>  two\na b"},
        {"capitals", "<P>a<BR>b</P><STYLE>x</STYLE>c", "a\nb\nc"},
        {"a declaration", "<!DOCTYPE html><?xml x?>a", "a"},
    };
    for (const Row& row : table)
        EXPECT_EQ(text_of(row.html), row.text) << row.what;
}

TEST(HtmlText, IsCutAtACharacter) {
    EXPECT_EQ(text_of_html("<p>ääää</p>", 5), "ää");
    EXPECT_LE(text_of_html(std::string(10'000, '&'), 100).size(), 100U);
}

TEST(HtmlText, TakesLinearTime) {
    for (const std::string piece : {"<", "<a", "<!--", "</", "&", "<style>", "<blockquote>", "<style></x",
                                    "<pre>\n", "<pre> \n", "</pre>"}) {
        std::string html;
        while (html.size() < 500'000)
            html += piece;
        const auto start = std::chrono::steady_clock::now();
        EXPECT_LE(text_of(html).size(), 64U * 1024U);
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2)) << piece;
    }
}

} // namespace
} // namespace columbarium::triage
