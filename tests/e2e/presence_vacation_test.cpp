// SPDX-License-Identifier: LGPL-2.1-or-later
// vacation-seconds (RFC 6131) as the shipped settings switch it on: what the scripts of RFC 6133 need of it.
#include <gmock/gmock.h>

#include "presence_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class VacationSeconds : public PresenceTest {
  protected:
    [[nodiscard]] bool compiles(const std::string& command) {
        return check_script("user", "require \"vacation-seconds\";\n" + command + "\n").ok();
    }

    // The interval that the interpreter would use for a command, in seconds.
    [[nodiscard]] std::string interval_of(const std::string& command) {
        const auto script =
            dovecot().write_file("interval.sieve", "require \"vacation-seconds\";\n" + command + "\n");
        const auto mail = dovecot().write_file("interval.eml", mail_to_user());
        const auto result =
            dovecot().tool("sieve-test", {"-a", "user@example.org", script.string(), mail.string()});
        constexpr std::string_view title = "=> seconds : ";
        const std::size_t begin = result.output.find(title);
        if (begin == std::string::npos)
            return to_string(result);
        const std::size_t number = begin + title.size();
        return result.output.substr(number, result.output.find('\n', number) - number);
    }

    // How many replies three messages of one sender get.
    [[nodiscard]] std::size_t replies_to_three(const std::string& command) {
        use_script("user", "require \"vacation-seconds\";\n" + command + "\n");
        for (int id = 1; id <= 3; ++id)
            deliver(mail_to_user("Hello", id));
        return sink.messages().size();
    }
};

TEST_F(VacationSeconds, VS_1_BringVacationWithThem) {
    EXPECT_TRUE(compiles("vacation :seconds 1800 \"Gone\";"));
    EXPECT_TRUE(compiles("vacation :days 3 \"Gone\";"));
    EXPECT_FALSE(check_script("user", "require \"vacation\";\nvacation :seconds 1800 \"Gone\";\n").ok());
    EXPECT_THAT(dovecot().capabilities("user").at("SIEVE"), HasSubstr("vacation-seconds"));
}

TEST_F(VacationSeconds, VS_2_AreRefusedTogetherWithDays) {
    EXPECT_FALSE(compiles("vacation :days 1 :seconds 1800 \"Gone\";"));
    EXPECT_FALSE(compiles("vacation :seconds 1800 :days 1 \"Gone\";"));
}

TEST_F(VacationSeconds, VS_3_AreTakenFromNothingToTheLargest) {
    for (const char* value : {"0", "1", "1800", "2147483647", "2147483648"})
        EXPECT_TRUE(compiles(std::string("vacation :seconds ") + value + " \"Gone\";")) << value;
}

TEST_F(VacationSeconds, VS_4_VS_7_AreLiftedToTheSitesMinimumBeforeAMessageIsAnswered) {
    options.plugin_settings["sieve_vacation_min_period"] = "1d";
    EXPECT_EQ(replies_to_three("vacation :seconds 0 \"Gone\";"), 1U);
}

TEST_F(VacationSeconds, VS_4_AreKeptWithinTheSitesLimits) {
    options.plugin_settings["sieve_vacation_min_period"] = "10m";
    options.plugin_settings["sieve_vacation_default_period"] = "1d";
    options.plugin_settings["sieve_vacation_max_period"] = "2d";
    EXPECT_EQ(interval_of("vacation :seconds 0 \"Gone\";"), "600");
    EXPECT_EQ(interval_of("vacation :seconds 599 \"Gone\";"), "600");
    EXPECT_EQ(interval_of("vacation :seconds 1800 \"Gone\";"), "1800");
    EXPECT_EQ(interval_of("vacation :seconds 172801 \"Gone\";"), "172800");
    EXPECT_EQ(interval_of("vacation :days 10 \"Gone\";"), "172800");
}

TEST_F(VacationSeconds, VS_5_AnswerEachMessageWithNothing) {
    EXPECT_EQ(replies_to_three("vacation :seconds 0 \"Gone\";"), 3U);
}

TEST_F(VacationSeconds, VS_6_AreTheSitesWhereTheScriptNamesNone) {
    options.plugin_settings["sieve_vacation_default_period"] = "3h";
    EXPECT_EQ(interval_of("vacation \"Gone\";"), "10800");
    EXPECT_EQ(interval_of("vacation :seconds 0 \"Gone\";"), "0");
}

TEST_F(VacationSeconds, VS_7_AreNotThereUnlessTheSiteSwitchesThemOn) {
    options.sieve_extensions = "+extlists";
    EXPECT_FALSE(compiles("vacation :seconds 1800 \"Gone\";"));
}

} // namespace
} // namespace columbarium::e2e
