// SPDX-License-Identifier: LGPL-2.1-or-later
// Postfix and columbarium-milter: nobody is refused in silence, and nothing is lost where the store fails.
#include "notice_milter_postfix_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class NoticeMilterReport : public NoticeMilterPostfixTest {
  protected:
    // What is told once is refused then.
    void tell_of(const std::vector<std::string>& people) {
        EXPECT_THAT(end_of(talk(people)), StartsWith("250"));
        EXPECT_THAT(recipients_of(all_sent()), ElementsAre(writer));
        sink.clear();
    }

    std::vector<rig::SentMessage> reports() {
        std::vector<rig::SentMessage> sent = all_sent();
        std::erase_if(sent, [](const rig::SentMessage& one) { return one.to.front().address != writer; });
        return sent;
    }

    void fail_claims() {
        change_store("CREATE TRIGGER no_claim BEFORE INSERT ON suppression BEGIN "
                     "SELECT RAISE(ABORT, 'no luck'); END");
    }
    void fail_settlements() {
        change_store(
            "CREATE TRIGGER no_settlement BEFORE UPDATE ON suppression WHEN NEW.is_pending = 0 BEGIN "
            "SELECT RAISE(ABORT, 'no luck'); END");
    }
};

TEST_F(NoticeMilterReport, CA_18_AR_29_TellsOfEachPersonInTheHour) {
    begin();
    tell_of({departed, gone});
    EXPECT_THAT(end_of(talk({present, departed})), StartsWith("250"));
    EXPECT_THAT(end_of(talk({present, gone})), StartsWith("250"));
    EXPECT_THAT(end_of(talk({present, departed, gone})), StartsWith("250"));
    const auto told = reports();
    ASSERT_THAT(told, SizeIs(2));
    EXPECT_THAT(told[0].body(), HasSubstr(departed));
    EXPECT_THAT(told[1].body(), HasSubstr(gone));
    EXPECT_THAT(log(), HasSubstr("refused, and the sender had a report of it within the hour"));
}

TEST_F(NoticeMilterReport, CA_18_AR_29_TellsOnlyOfThoseOfWhomNobodyToldYet) {
    begin();
    tell_of({departed, gone});
    EXPECT_THAT(end_of(talk({present, departed})), StartsWith("250"));
    EXPECT_THAT(end_of(talk({present, departed, gone})), StartsWith("250"));
    const auto told = reports();
    ASSERT_THAT(told, SizeIs(2));
    EXPECT_THAT(told[1].text, HasSubstr("rfc822; gone@cam.example.org"));
    EXPECT_THAT(told[1].text, Not(HasSubstr("rfc822; departed@cam.example.org")));
}

TEST_F(NoticeMilterReport, CA_18_AR_31_DefersWhereACapForbidsTheReport) {
    begin("", "[reply]\nper_hour = 1\n");
    tell_of({departed});
    EXPECT_THAT(end_of(talk({present, departed})), StartsWith("451"));
    EXPECT_THAT(all_sent(), IsEmpty());
    EXPECT_THAT(log(), HasSubstr("the cap per_hour is reached"));
}

TEST_F(NoticeMilterReport, CA_18_DefersWhileSomebodyElseReportsTheSame) {
    begin();
    tell_of({departed, gone});
    change_store(
        "INSERT INTO suppression (person, sender, expires, is_pending) VALUES ('(report)departed', '" +
        std::string(writer) + "', strftime('%s', 'now') + 3600, 1)");
    EXPECT_THAT(end_of(talk({present, departed, gone})), StartsWith("451"));
    EXPECT_THAT(end_of(talk({present, gone})), StartsWith("250")); // what was granted was given back
    EXPECT_THAT(reports(), SizeIs(1));
}

TEST_F(NoticeMilterReport, CA_20_DefersWhereTheClaimFailsInTheMiddle) {
    begin();
    fail_claims();
    EXPECT_THAT(answer(departed), HasSubstr("451 4.3.0"));
    EXPECT_THAT(all_sent(), IsEmpty());
    change_store("DROP TRIGGER no_claim");
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    EXPECT_THAT(recipients_of(all_sent()), ElementsAre(writer));
}

TEST_F(NoticeMilterReport, CA_20_AcceptsWhereTheClaimFailsInTheMiddleAndTheSiteWantsItSo) {
    begin("on_error = \"accept\"\n");
    fail_claims();
    EXPECT_THAT(answer(departed), HasSubstr("250"));
    EXPECT_THAT(recipients_of(all_sent()), ElementsAre(departed));
    EXPECT_THAT(log(), HasSubstr("accepted without a look"));
}

TEST_F(NoticeMilterReport, CA_20_TellsNobodyTwiceWhereTheClaimIsNotSettled) {
    for (const char* on_error : {"tempfail", "accept"}) {
        begin("on_error = \"" + std::string(on_error) + "\"\n");
        fail_settlements();
        const std::string from = std::string(on_error) + "@example.com";
        EXPECT_THAT(answer(departed, from), HasSubstr("250"));
        EXPECT_THAT(answer(departed, from), HasSubstr("550 5.1.6"));
        EXPECT_THAT(recipients_of(all_sent()), ElementsAre(from));
        EXPECT_THAT(log(), HasSubstr("is not settled"));
        change_store("DROP TRIGGER no_settlement");
        sink.clear();
        stop(9);
    }
}

TEST_F(NoticeMilterReport, CA_20_AFailedClaimOfAReportDefersOrIsLoggedAsTheSiteWantsIt) {
    begin();
    tell_of({departed});
    fail_claims();
    EXPECT_THAT(end_of(talk({present, departed, gone}, writer,
                            "Precedence: bulk\r\n" + letter(writer, {present, departed}))),
                StartsWith("451"));
    EXPECT_THAT(all_sent(), IsEmpty());
    stop(9);
    begin("on_error = \"accept\"\n");
    EXPECT_THAT(end_of(talk({present, departed}, writer,
                            "Precedence: bulk\r\n" + letter(writer, {present, departed}))),
                StartsWith("250"));
    EXPECT_THAT(recipients_of(all_sent()), UnorderedElementsAre("present@hermes.example.org"));
    EXPECT_THAT(log(), HasSubstr("to=<departed@cam.example.org>: refused, and the sender gets no report"));
}

} // namespace
} // namespace columbarium::e2e
