// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/subject.hpp"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace columbarium::desk {
namespace {

struct Row {
    const char* name;
    std::string written;
    std::string real;
};

void PrintTo(const Row& row, std::ostream* stream) {
    *stream << row.name;
}

class RealSubject : public testing::TestWithParam<Row> {};

TEST_P(RealSubject, IsWhatThePersonWrote) {
    EXPECT_EQ(real_subject(GetParam().written), GetParam().real) << GetParam().written;
}

const Row cruft[] = {
    {"nothing", "Lost password", "Lost password"},
    {"empty", "", ""},
    {"re", "Re: Lost password", "Lost password"},
    {"capitals", "RE: Lost password", "Lost password"},
    {"small", "re: lost password", "lost password"},
    {"fwd", "Fwd: Lost password", "Lost password"},
    {"fw", "FW: Lost password", "Lost password"},
    {"german", "AW: WG: Lost password", "Lost password"},
    {"german_notes", "Antwort: Lost password", "Lost password"},
    {"dutch", "Antw: Doorst: Lost password", "Lost password"},
    {"swedish", "SV: VB: Lost password", "Lost password"},
    {"danish_finnish", "VS: VL: Lost password", "Lost password"},
    {"french", "TR : RE : Lost password", "Lost password"},
    {"french_lotus", "R\xc3\xa9p. : Lost password", "Lost password"},
    {"spanish", "RV: RE: Lost password", "Lost password"},
    {"portuguese", "RES: ENC: Lost password", "Lost password"},
    {"italian_mixed", "R: RE: I: Lost password", "Lost password"},
    {"italian_rif", "RIF: Lost password", "Lost password"},
    {"polish", "Odp: Lost password", "Lost password"},
    {"turkish", "YNT: \xc4\xb0LT: Lost password", "Lost password"},
    {"hungarian", "V\xc3\xa1: Lost password", "Lost password"},
    {"russian", "Отв: Пересл: Пароль", "Пароль"},
    {"russian_capitals", "ОТВ: Пароль", "Пароль"},
    {"greek", "ΑΠ: ΠΡΘ: Κωδικός", "Κωδικός"},
    {"chinese_full_width_colon", "回复：转发：密码", "密码"},
    {"chinese_traditional", "回覆: 轉寄: 密碼", "密碼"},
    {"chinese_mixed", "答复: Re: 回复：密码", "密码"},
    {"japanese", "返信: 転送: パスワード", "パスワード"},
    {"korean", "회신: 전달: 비밀번호", "비밀번호"},
    {"arabic", "رد: كلمة", "كلمة"},
    {"hebrew", "תשובה: סיסמה", "סיסמה"},
    {"vietnamese", "Trả lời: mật khẩu", "mật khẩu"},
    {"many", "Re: AW: Fwd: RE: Re: SV: WG: x", "x"},
    {"bracket_counter", "RE[2]: Lost password", "Lost password"},
    {"round_counter", "Re (3): Lost password", "Lost password"},
    {"caret_counter", "Re^2: Lost password", "Lost password"},
    {"star_counter", "Re*4: Lost password", "Lost password"},
    {"plain_counter", "Re2: Lost password", "Lost password"},
    {"blank_before_colon", "Re : Lost password", "Lost password"},
    {"no_blank_behind", "Re:Re:Lost password", "Lost password"},
    {"trailing", "Lost password (fwd)", "Lost password"},
    {"trailing_brackets", "Lost password [Fwd]", "Lost password"},
    {"around", "[Fwd: Lost password]", "Lost password"},
    {"around_and_before", "Re: [Fwd: Re: Lost password]", "Lost password"},
    {"tag", "[FWD] Lost password", "Lost password"},
    {"only_cruft", "Re: AW: Fwd:", ""},
    {"only_one", "Re:", ""},
    {"list_tag_stays", "[cacert] Lost password", "[cacert] Lost password"},
    {"list_tag_and_cruft", "Re: [cacert] AW: Lost password", "[cacert] Lost password"},
    {"list_tag_twice", "[cacert] Re: [cacert] Lost password", "[cacert] Lost password"},
    {"token_stays", "Re: [a20091225.1] Lost password", "[a20091225.1] Lost password"},
};
INSTANTIATE_TEST_SUITE_P(Cruft, RealSubject, testing::ValuesIn(cruft),
                         [](const auto& row) { return row.param.name; });

const Row words[] = {
    {"hyphen", "Re-keying of my account", "Re-keying of my account"},
    {"no_colon", "Re your letter", "Re your letter"},
    {"number_behind_a_blank", "AW 139: broken", "AW 139: broken"},
    {"long_number", "AW139: broken", "AW139: broken"},
    {"longer_word", "Reset: how?", "Reset: how?"},
    {"regarding", "Regarding: my name", "Regarding: my name"},
    {"small_tr", "tr: a Unix tool", "tr: a Unix tool"},
    {"vs_inside", "Windows vs: Linux", "Windows vs: Linux"},
    {"statistics", "R: how to plot", "R: how to plot"},
    {"person", "I: have a question", "I: have a question"},
    {"for_sale", "FS: an old bicycle", "FS: an old bicycle"},
    {"inside", "A question re: passwords", "A question re: passwords"},
    {"colons", "Subject: Re: x", "Subject: Re: x"},
    {"automatic", "Automatic reply: Lost password", "Automatic reply: Lost password"},
    {"forward_march", "Forward: march", "Forward: march"},
    {"russian_word", "Ответственность: вопрос", "Ответственность: вопрос"},
    {"brackets", "[ticket 12] and [more]", "[ticket 12] and [more]"},
    {"fwd_inside", "the (fwd) flag", "the (fwd) flag"},
};
INSTANTIATE_TEST_SUITE_P(Words, RealSubject, testing::ValuesIn(words),
                         [](const auto& row) { return row.param.name; });

TEST(RealSubjectLine, IsOneLineWithoutControlCharacters) {
    EXPECT_EQ(real_subject("Re: a\r\nBcc: x@example.org\tb\x01"), "a Bcc: x@example.org b");
    EXPECT_EQ(real_subject("Re:\xe2\x80\xa8 a\xe2\x80\xae"), "a") << "line separators and signs of direction";
}

TEST(RealSubjectLine, HasAtMost200Characters) {
    std::string letters;
    for (int i = 0; i < 300; ++i)
        letters += "ж";
    EXPECT_EQ(real_subject("Re: " + letters), letters.substr(0, 400));
}

TEST(RealSubjectLine, TakesLongCruft) {
    std::string cruft_only;
    for (int i = 0; i < 1000; ++i)
        cruft_only += "Re: ";
    EXPECT_EQ(real_subject(cruft_only + "x"), "x");
}

} // namespace
} // namespace columbarium::desk
