// SPDX-License-Identifier: LGPL-2.1-or-later
// Languages, scripts, and text that is no language.
#include "triage/language.hpp"

#include <memory>
#include <string>
#include <utility>

#include <glib.h>
#include <gtest/gtest.h>

namespace columbarium::triage {
namespace {

Language language_of(std::string text, std::string_view subject = {},
                     const config::TriagePolicy& policy = {}) {
    BodyText body;
    body.text = std::move(text);
    body.octets = body.text.size();
    return read_language(body, subject, policy);
}

std::string first(const std::vector<Finding>& findings) {
    return findings.empty() ? std::string() : findings.front().value;
}

std::string scripts(const Language& language) {
    std::string all;
    for (const Finding& script : language.script)
        all += (all.empty() ? "" : " ") + script.value;
    return all;
}

// What a program shows that reads octets of one charset as if they were of another. Octets that it does not
// know become U+FFFD.
std::string misread(const std::string& text, const char* written, const char* read) {
    const auto convert = [](const std::string& octets, const char* to, const char* from) {
        gsize length = 0;
        const std::unique_ptr<char, decltype(&g_free)> converted(
            g_convert_with_fallback(octets.data(), static_cast<gssize>(octets.size()), to, from, "?", nullptr,
                                    &length, nullptr),
            g_free);
        return converted ? std::string(converted.get(), length) : std::string();
    };
    const std::string octets = convert(text, written, "UTF-8");
    std::string result;
    for (const char octet : octets) {
        const std::string one = convert(std::string(1, octet), "UTF-8", read);
        result += one.empty() ? "\xef\xbf\xbd" : one;
    }
    return result;
}

const std::string english = "I have tried to log in since Monday, but the page tells me each time that my "
                            "password is wrong. Could somebody of you please have a look at my account?";
const std::string german =
    "Seit Montag versuche ich mich anzumelden, aber die Seite sagt mir jedes Mal, dass "
    "mein Passwort nicht stimmt. Könnte bitte jemand von Ihnen nachsehen, woran das liegt?";
const std::string russian = "Здравствуйте! С понедельника я не могу войти в свою учётную запись: на странице "
                            "написано, что пароль неверный. Посмотрите, пожалуйста, в чём здесь дело.";
const std::string japanese =
    "月曜日からログインできません。毎回パスワードが間違っていると表示されます。"
    "どなたか私のアカウントを確認していただけないでしょうか。よろしくお願いいたします。";

struct Row {
    const char* what;
    std::string text;
    const char* language;
    const char* script;
};

TEST(Language, OfATextIsRecognised) {
    const Row table[] = {
        {"English", english, "en", "Latn"},
        {"German", german, "de", "Latn"},
        {"French",
         "Depuis lundi, je n'arrive plus à me connecter : la page me dit à chaque fois que mon mot de passe "
         "est faux. Quelqu'un pourrait-il regarder mon compte ?",
         "fr", "Latn"},
        {"Spanish",
         "Desde el lunes no puedo entrar en mi cuenta: la página dice cada vez que la contraseña no es "
         "correcta. ¿Podría alguien de ustedes mirar qué pasa, por favor?",
         "es", "Latn"},
        {"Italian",
         "Da lunedì non riesco più ad entrare nel mio conto: la pagina dice ogni volta che la parola "
         "d'ordine "
         "è sbagliata. Qualcuno di voi potrebbe dare un'occhiata?",
         "it", "Latn"},
        {"Polish",
         "Od poniedziałku nie mogę zalogować się na swoje konto: strona za każdym razem pisze, że hasło jest "
         "nieprawidłowe. Czy ktoś z państwa mógłby to sprawdzić?",
         "pl", "Latn"},
        {"Vietnamese",
         "Từ thứ hai tôi không đăng nhập được vào tài khoản của mình: trang web luôn báo rằng mật khẩu sai. "
         "Xin ai đó kiểm tra giúp tôi.",
         "vi", "Latn"},
        {"Russian", russian, "ru", "Cyrl"},
        {"Ukrainian",
         "З понеділка я не можу увійти до свого облікового запису: на сторінці щоразу написано, що пароль "
         "неправильний. Подивіться, будь ласка, у чому річ.",
         "uk", "Cyrl"},
        {"Greek",
         "Από τη Δευτέρα δεν μπορώ να συνδεθώ στον λογαριασμό μου: η σελίδα λέει κάθε φορά ότι ο κωδικός "
         "είναι λάθος.",
         "el", "Grek"},
        {"Japanese", japanese, "ja", "Hira Hani Kana"},
        {"Chinese",
         "从星期一开始，我一直无法登录我的账户，页面每次都说密码不正确。请问哪位可以帮我看一下是什么原因？"
         "非常感谢。",
         "zh", "Hani"},
        {"Korean", "월요일부터 제 계정에 로그인할 수 없습니다. 페이지에서 매번 비밀번호가 틀렸다고 합니다.",
         "ko", "Hang"},
        {"Arabic", "منذ يوم الاثنين لا أستطيع الدخول إلى حسابي، وتقول الصفحة في كل مرة إن كلمة المرور خاطئة.",
         "ar", "Arab"},
        {"Hebrew", "מאז יום שני אני לא מצליח להיכנס לחשבון שלי, והדף אומר בכל פעם שהסיסמה שגויה.", "he",
         "Hebr"},
    };
    for (const Row& row : table) {
        const Language language = language_of(row.text);
        EXPECT_EQ(first(language.language), row.language) << row.what;
        EXPECT_EQ(scripts(language), row.script) << row.what;
        EXPECT_NE(first(language.confidence), "low") << row.what;
        EXPECT_EQ(first(language.garbled), "no") << row.what;
    }
}

TEST(Language, IsThatOfTheSenderNotOfWhatIsQuoted) {
    std::string quoted;
    for (int i = 0; i < 5; ++i)
        quoted += "> " + german + "\n";
    EXPECT_EQ(first(language_of(english + "\n" + quoted).language), "en");
    EXPECT_EQ(first(language_of(english + "\n-- \n" + german + german + german).language), "en")
        << "signatures do not count";
    EXPECT_EQ(first(language_of("Danke!\n" + quoted).language), "de") << "there is not enough else";
}

TEST(Language, OfAShortTextIsHelpedByItsSubject) {
    EXPECT_EQ(first(language_of("", "Подскажите, пожалуйста, как изменить пароль").language), "ru");
    EXPECT_EQ(first(language_of("", "Abwesenheitsnotiz: Bitte bestätigen Sie Ihre Adresse").language), "de");
}

TEST(Language, OfNextToNothingIsNone) {
    for (const char* text : {"ok", "+1", "1234", "http://example.com/x", ":-)", "..."}) {
        const Language language = language_of(text);
        EXPECT_TRUE(language.language.empty()) << text;
        EXPECT_EQ(first(language.garbled), "no") << text;
    }
    const Language nothing = language_of(" \n\n", "");
    EXPECT_TRUE(nothing.language.empty());
    EXPECT_TRUE(nothing.script.empty());
    EXPECT_TRUE(nothing.garbled.empty()) << "there is no text";
}

TEST(Language, HasAConfidence) {
    EXPECT_EQ(first(language_of(english).confidence), "high");
    EXPECT_EQ(first(language_of("where can I change my password for the web site again?").confidence),
              "medium")
        << "few words";
    EXPECT_EQ(first(language_of("Where can I change my password?").confidence), "low") << "fewer than eight";
    EXPECT_NE(first(language_of(english + "\n" + german).confidence), "high") << "two languages";
}

TEST(Language, IsWrongWhereTheDeskReadsOthers) {
    config::TriagePolicy policy;
    policy.languages = {"en", "de"};
    EXPECT_EQ(first(language_of(english, "", policy).wrong), "no");
    EXPECT_EQ(first(language_of(russian, "", policy).wrong), "yes");
    EXPECT_EQ(first(language_of("12345", "", policy).wrong), "unknown");
    EXPECT_TRUE(language_of(russian).wrong.empty()) << "whatever comes";
}

TEST(Language, OfMailWithoutBlanksIsNotThatOfTheNumbersInIt) {
    config::TriagePolicy policy;
    policy.languages = {"en"};
    const Row table[] = {
        {"Password lost",
         "您好，我在2020年12月1日注册了贵网站的账号(test123)，但是现在忘记了密码。请问如何才能找回密码?"
         "非常感谢您的帮助!电子邮件a@b.cn。",
         "zh", nullptr},
        {"关于2020年注册的账号",
         "您好，我在2020年12月1日注册了贵网站的账号，但是现在忘记了密码，请问如何才能找回？谢谢。", "zh",
         nullptr},
        {"Re: Example password reset for the account of the web site",
         "お世話になっております。2020年12月に登録しましたが、パスワードを忘れてしまいました。"
         "Exampleの再発行をお願いいたします。",
         "ja", nullptr},
        {"How can I change my password on the site?", "ฉันลืมรหัสผ่าน(test123)ของฉัน กรุณาช่วยด้วย", "th", nullptr},
    };
    for (const Row& row : table) {
        const Language language = language_of(row.text, row.what, policy);
        EXPECT_EQ(first(language.language), row.language) << row.text;
        EXPECT_EQ(first(language.wrong), "yes") << row.text;
    }
}

TEST(Language, IsNotHiddenByBlocksThatAreIndentedQuotedOrWithoutEnd) {
    const std::string blocks[] = {
        "  -----BEGIN CERTIFICATE-----\n  MIIB\n  -----END CERTIFICATE-----\n\n",
        "> -----BEGIN PGP SIGNATURE-----\n> abc\n> -----END PGP SIGNATURE-----\n",
        "-----BEGIN foo\n",
        "-----BEGIN foo\n-----BEGIN foo\n",
        "begin 644 a.bin\n#86)C\n",
    };
    for (const std::string& block : blocks) {
        const Language language = language_of(block + russian);
        EXPECT_EQ(first(language.language), "ru") << block;
        EXPECT_EQ(first(language.confidence), "high") << block;
    }
    EXPECT_EQ(first(language_of("> -----BEGIN PGP SIGNATURE-----\n> abc\n> -----END PGP SIGNATURE-----\n"
                                "привет друзья как дела сегодня")
                        .language),
              "ru")
        << "quoted lines are taken, too, where there is little else";
    std::string cut = "-----BEGIN PGP MESSAGE-----\nVersion: GnuPG v2\n\n";
    for (int i = 0; i < 20; ++i)
        cut += "hQEMA3xUvQz7mAbLAQf9HkVn2sYpQ0wXrTgD4eZbNcMuJiLoP5a6S7dF8gH9jK1l\n";
    EXPECT_EQ(first(language_of(cut).garbled), "") << "a block that was cut is no text";
}

TEST(Language, IsNotWrongWhereThereAreButNamesAndTerms) {
    config::TriagePolicy policy;
    policy.languages = {"en"};
    const std::pair<const char*, const char*> table[] = {
        {"", "Firefox Linux Ubuntu Debian"},
        {"Assurance Utrecht", "Jan de Vries\nPieter Bakker\nWillem Jansen\n"},
        {"question",
         "Schwarzschild, Brzezinski, Krzyzewski, Przybylski, Szczepanski, Schmidt, Schultz, Wright, "
         "Knight, Smyth, Lynch, Hrvatski"},
        {"question", "mov eax, ebx\nxor ecx, ecx\njmp lblnxt\npushfq\ncvttsd2si rax, xmm0\n"
                     "movzx edx, byte ptr [rsi]\npcmpeqb xmm0, xmm1\nvpbroadcastb ymm\nfstp st\nret\n"},
        {"", "00000000  de ad be ef 00 0e 1c 2a 38 46 54 62 70 7e 8c 9a\n"
             "00000010  ca fe ba be 00 ea fe dc ab ed fa ce 02 ac da bf\n"
             "00000020  fe ed fa ce 00 aa bb cc dd ee ff ba ad fa ce 0d\n"
             "00000030  be ef ca fe 00 ad dc ba ed ee fd cb ab fe ed 01\n"},
        {"Danke", "Danke"},
        {"Danke, danke, danke und nochmals danke", "Danke und nochmals danke"},
        {"Re: Anfrage",
         "Merci\n\n> Seit Montag versuche ich mich anzumelden, aber die Seite sagt mir jedes Mal, "
         "dass mein Passwort nicht stimmt, und ich weiss nicht warum."},
    };
    for (const auto& [subject, text] : table) {
        const Language language = language_of(text, subject, policy);
        EXPECT_EQ(first(language.wrong), "unknown") << text;
        EXPECT_EQ(first(language.garbled), "no") << text;
    }
}

TEST(Script, IsThatOfATenthOfTheLetters) {
    EXPECT_EQ(scripts(language_of(russian + " password")), "Cyrl");
    EXPECT_EQ(scripts(language_of(russian + english)), "Cyrl Latn");
    EXPECT_EQ(scripts(language_of("123 456")), "");
}

TEST(Garbled, IsATextInTheWrongCharset) {
    struct Misreading {
        std::string text;
        const char* written;
        const char* read;
    };
    const std::string ukrainian =
        "З понеділка я не можу увійти до свого облікового запису, допоможіть, будь ласка.";
    const std::string greek =
        "Από τη Δευτέρα δεν μπορώ να συνδεθώ στον λογαριασμό μου, βοηθήστε με παρακαλώ.";
    const std::string chinese =
        "从星期一开始，我一直无法登录我的账户，页面每次都说密码不正确。请帮我看一下。";
    const Misreading table[] = {{russian, "UTF-8", "CP1252"},        {russian, "UTF-8", "ISO-8859-1"},
                                {russian, "UTF-8", "CP1251"},        {russian, "UTF-8", "KOI8-R"},
                                {russian, "UTF-8", "CP866"},         {russian, "KOI8-R", "ISO-8859-1"},
                                {russian, "KOI8-R", "CP1252"},       {russian, "KOI8-R", "CP1251"},
                                {russian, "CP1251", "ISO-8859-1"},   {russian, "CP1251", "CP1252"},
                                {russian, "CP1251", "KOI8-R"},       {russian, "CP1251", "UTF-8"},
                                {russian, "KOI8-R", "UTF-8"},        {russian, "CP866", "CP1251"},
                                {russian, "CP866", "KOI8-R"},        {russian, "ISO-8859-5", "CP1251"},
                                {russian, "CP1251", "CP866"},        {ukrainian, "CP1251", "KOI8-U"},
                                {ukrainian, "UTF-8", "CP1252"},      {greek, "UTF-8", "CP1252"},
                                {greek, "ISO-8859-7", "ISO-8859-1"}, {japanese, "UTF-8", "CP1252"},
                                {japanese, "EUC-JP", "CP1252"},      {japanese, "SHIFT_JIS", "CP1252"},
                                {chinese, "GBK", "CP1252"},          {chinese, "BIG5", "CP1252"},
                                {chinese, "GBK", "UTF-8"},           {japanese, "SHIFT_JIS", "UTF-8"},
                                {russian, "UTF-16LE", "UTF-8"}};
    for (const Misreading& row : table) {
        std::string text = misread(row.text, row.written, row.read);
        for (std::size_t at = text.find('\0'); at != std::string::npos; at = text.find('\0'))
            text.replace(at, 1, "\xef\xbf\xbd"); // as body texts have it
        const Language language = language_of(text);
        EXPECT_EQ(first(language.garbled), "yes") << row.written << " read as " << row.read << ": " << text;
        EXPECT_TRUE(language.language.empty()) << row.written << " read as " << row.read;
    }
}

TEST(Garbled, IsNotATextWithSomeDamage) {
    EXPECT_EQ(first(language_of(misread(german, "UTF-8", "CP1252")).garbled), "no") << "people can read it";
    EXPECT_EQ(first(language_of(misread(german, "ISO-8859-1", "UTF-8")).garbled), "no");
    EXPECT_EQ(first(language_of(misread("It’s “" + english + "”", "UTF-8", "CP1252")).garbled), "no");
    EXPECT_EQ(first(language_of(english + " " + misread("Привет, Саша", "UTF-8", "CP1252")).garbled), "no");
}

TEST(Garbled, IsWhatNoEncodingOrLanguageExplains) {
    const char* texts[] = {
        "=D0=97=D0=B4=D1=80=D0=B0=D0=B2=D1=81=D1=82=D0=B2=D1=83=D0=B9=D1=82=D0=B5, =D1=8F",
        "&#1055;&#1088;&#1080;&#1074;&#1077;&#1090;, &#1082;&#1072;&#1082; &#1076;&#1077;&#1083;&#1072;?",
        "???????????? ? ???????????? ? ?? ???? ????? ? ????",
        "\x1b$B7nMKF|$+$i%m%0%$%s$G$-$^$;$s\x1b(B\n\x1b$BKh2s%Q%9%o!<%I\x1b(B",
        "qwlkrj zxcmnv pqowie rtyqlk xvbznm wqkjhg fdszxc vbnmqw lkjhgf poiqwu mznxbv qlwkej",
        "sdfkjhsdf kjhwerkjh sdkfjhsdf wkejrhkwer xcmvnbxc sdfjkhsdf wekrjhwer sdfkjhxcv",
        "xjqzvkwpt bgfqxmzr wvkjqhxl zqpfgbtm kxwvrjqd hzfmqplx cgvbnqwz jxkdtrwq",
        "0J/RgNC40LLQtdGCLCDQvNC10L3RjyDQt9C+0LLRg9GCINCf0LDQstC10LsuINCvINC90LUg0LzQ\n"
        "vtCz0YMg0LLQvtC50YLQuCDQsiDRgdCy0L7RjiDRg9GH0ZHRgtC90YPRjiDQt9Cw0L/QuNGB0Yw6\n",
        "0J/RgNC40LLQtdGCLCDQvNC10L3RjyDQt9C+0LLRg9GCINCf0LDQstC10LsuINCvINC90LUg0LzQ\n"
        "vtCz0YMg0LLQvtC50YLQuCDQsiDRgdCy0L7RjiDRg9GH0ZHRgtC90YPRjiDQt9Cw0L/QuNGB0Yw6\n"
        "Sent to the list of users\n",
        "\x1b$B7nMKF|$+$i%m%0%$%s$G$-$^$;$s\x1b(B",
        "\x01\x02\x05\x06\x0e\x0f\x10\x11\x12 abc \x13\x14\x15",
        "锟斤拷锟斤拷锟斤拷锟斤拷锟斤拷",
    };
    for (const char* text : texts) {
        EXPECT_EQ(first(language_of(text).garbled), "yes") << text;
        EXPECT_TRUE(language_of(text).language.empty()) << text;
    }
    EXPECT_EQ(first(language_of("", misread(russian, "KOI8-R", "CP1252")).garbled), "yes")
        << "where there is no text but the subject";
}

TEST(Garbled, IsNoneOfTheTextsThatPeopleSend) {
    const char* texts[] = {
        // short
        "ok",
        "thx",
        "???",
        "Hmm???? What??",
        "LOL",
        "+1 :-)",
        "FYI",
        "Test",
        "asap pls",
        "Krk, Brno, Vlt",
        "ДА!!!",
        "ЗДРАВСТВУЙТЕ, ПОМОГИТЕ МНЕ, ПОЖАЛУЙСТА, ВОЙТИ В УЧЁТНУЮ ЗАПИСЬ",
        // code
        "#include <stdio.h>\nint main(int argc, char **argv)\n{\n    for (int i = 0; i < argc; ++i)\n"
        "        printf(\"%d %s\\n\", i, argv[i]);\n    return 0;\n}\n",
        "--- a/src/strtod.c\n+++ b/src/strtod.c\n@@ -10,7 +10,7 @@\n-    memcpy(dst, src, n);\n"
        "+    memmove(dst, src, n);\n     strncpy(p, q, sizeof(p));\n",
        "SELECT usr_id, pwd_hash FROM tbl_usrs WHERE grp_id = 7;",
        // logs
        "Jan 12 03:14:15 mx1 postfix/smtpd[2211]: warning: hostname h1.example.com does not resolve\n"
        "Jan 12 03:14:16 mx1 postfix/smtpd[2211]: connect from unknown[192.0.2.1]\n",
        "0x7f3a2c001000 0x00000000004005d6 rbp rsp rip rax rbx rcx rdx rsi rdi",
        "d41d8cd98f00b204e9800998ecf8427e  empty.txt\n0cc175b9c0f1b6a831c399e269772661  a.txt\n",
        // tables and rulers
        "+------+-------+\n| name | count |\n+------+-------+\n| a    |     1 |\n+------+-------+\n",
        "═══════════════\n───────────────\n• one • two\n════════════════\n",
        "ÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿ",
        "12.03.2026  1,200.00  EUR\n13.03.2026    300.50  EUR\n",
        // keys and encoded blocks that a person put there
        "My key:\n-----BEGIN CERTIFICATE-----\n"
        "MIIBszCCAVmgAwIBAgIUQW5vdGhlciBsaW5lIG9mIGJhc2U2NCB0ZXh0MAoGCCqG\n"
        "SM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDAeFw0yNjAxMDEwMDAwMDBaFw0y\n-----END CERTIFICATE-----\n",
        "Here it is:\nbegin 644 "
        "a.bin\n#86)C\nM1234567890QWERTYUIOPASDFGHJKLZXCVBNMQWERTYUIOPASDFGHJKLZXCVB\nend\n",
        // words with few vowels, names, abbreviations
        "Strč prst skrz krk. Vlk zmrzl, zhltl hrst zrn. Plch zdrhl skrz drn.",
        "Wszystkie trzcinowe krzesła wstrząsnęły Szczebrzeszynem, chrząszcz brzmi w trzcinie.",
        "Angstschweiß und Rechtsschutzversicherung, Herbstspaziergang, Strumpfhosen, Schlittschuhlauf.",
        "Hrvatska, krv, prst, vrt, trg, smrt, grm, crkva, vrh, brk, mrkva, trn, drvo, skrb.",
        "Dw i'n trio mewngofnodi i'm cyfrif, ond mae'r dudalen yn dweud bod y cyfrinair yn anghywir bob tro.",
        "Ég hef ekki getað skráð mig inn síðan á mánudag, það stendur að lykilorðið sé rangt.",
        "Pls hlp, cnt lgn, frgt pswd, thx. Acct blckd, rgds, Mgmt Dpt. Plz rply asap btw fyi tbh idk smth "
        "wrng "
        "wth srvr cnfg.",
        // lists of identifiers
        "Module\nnfnetlink\nxt_conntrack\nbtrfs\nxhci\nsnd\ncrc\nksmbd\nfscrypt\nvfat\nmbcache\nrfkill\n"
        "kvm\nbnxt\nhfsplus\nnvme\nextfs\nxfsprogs\nlvmpvd\nmdnsd\nntpd\ndhcpcd\nudhcpd\n",
        "strncpy strlcpy strtol strchr strrchr strspn strcspn mktmp wprintf fgets fputs strlwr sprintf "
        "vsnprintf fscanf wcslen wcscpy tmpnam",
        "kthreadd ksoftirqd kworker watchdogd kdevtmpfs netns khungtaskd writeback kcompactd ksmd khugepaged "
        "crypto kintegrityd kblockd kswapd kthrotld rpcbind dhclient sshd cron rsyslogd xfsaild",
        // output of programs for terminals
        "\x1b[32mok\x1b(B\x1b[m compile finished\n\x1b[31mfailed\x1b(B\x1b[m linking of the library",
        // impatience
        "HELP ??????????????",
        "My password is not accepted.\n???????????????????????????????",
        "Why ???????? When ???????? How ????????",
        // a key that is shown
        "My public key for DNS is below, please check that it is right.\n"
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuXyqqaB3dEfGhIjKlMnOp\n"
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuXywwaB3dEfGhIjKlMnOp\n"
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuXyeeaB3dEfGhIjKlMnOp\n",
        // marks and letters of windows-1252
        "“…” “—” • • • “…” — “ok” – “…”",
        "\u00a0—\u00a0«…»\u00a0–\u00a0„…“\u00a0— ok",
        "ÄÖÜ ÉÈÊ ÅÆØ ÀÁÂ ÇÑÕ",
        "PGP SSH TLS DNS HTML XML HTTP SMTP IMAP MTA MUA RFC",
    };
    for (const char* text : texts)
        EXPECT_EQ(first(language_of(text).garbled), "no") << text;
}

TEST(Garbled, IsToldWithAReason) {
    const Language language = language_of(misread(russian, "KOI8-R", "CP1251"));
    ASSERT_EQ(language.garbled.size(), 1U);
    EXPECT_EQ(language.garbled.front().rule, "koi8-r read as windows-1251");
}

} // namespace
} // namespace columbarium::triage
