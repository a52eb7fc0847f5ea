// SPDX-License-Identifier: LGPL-2.1-or-later
// Whatever the store says and whatever becomes of the sending: nothing is taken and then forgotten.
#include <algorithm>
#include <array>

#include "notice_fixture.hpp"
#include "tombstone/one_reply.hpp"

namespace columbarium::tombstone {
namespace {

using reply::ClaimState;
using reply::Settlement;
using test::noon;

constexpr std::array states = {ClaimState::granted, ClaimState::told, ClaimState::pending};
constexpr std::array all_handed = {Handed::over, Handed::not_now, Handed::never, Handed::unknown};

template <class T>
bool is_one(const Verdict& verdict) {
    return std::holds_alternative<T>(verdict);
}

// What holds for one departed recipient in the end.
void expect_nothing_forgotten(const Verdict& verdict, ClaimState state, bool is_capped, Handed handed,
                              bool drops) {
    if (is_one<Answer>(verdict)) {
        EXPECT_TRUE(state == ClaimState::granted && !is_capped && handed == Handed::over);
    } else if (is_one<Drop>(verdict)) {
        EXPECT_TRUE(state == ClaimState::told && drops);
    } else if (is_one<Defer>(verdict)) {
        EXPECT_EQ(handed, Handed::not_now);
    } else {
        EXPECT_TRUE(is_one<Refuse>(verdict));
    }
}

TEST(NoticeProperty, CA_16_NobodyIsAcceptedIntoSilence) {
    std::size_t looked_at = 0;
    for (const bool drops : {false, true}) {
        config::SiteConfig site = test::notice_site();
        site.tombstone.repeated =
            drops ? config::NoticePolicy::Repeated::drop : config::NoticePolicy::Repeated::refuse;
        const auto templates = reply::Templates::read(site.tombstone);
        ASSERT_TRUE(templates.has_value());
        const Transaction transaction = test::transaction_to({"left1", "account", "left2", "gone", "ann"});
        test::Mail mail(test::personal_to(transaction));
        const auto draft = tombstone::draft(transaction, *mail, noon, site);
        ASSERT_TRUE(draft && draft->claim && draft->claim->people.size() == 3);
        for (std::size_t which = 0; which < 27; ++which)
            for (const char* cap : {"", "per_hour"}) {
                const reply::ClaimOutcome outcome{
                    {states[which % 3], states[which / 3 % 3], states[which / 9]}, cap};
                const Decision decision =
                    decide(*draft, transaction, *mail, std::optional(outcome), *templates, noon, site);
                const bool is_granted =
                    *cap == '\0' && std::ranges::count(outcome.states, ClaimState::granted) > 0;
                ASSERT_EQ(decision.sending.has_value(), is_granted);
                ASSERT_EQ(decision.granted.has_value(), is_granted);
                for (const Handed handed : all_handed) {
                    ++looked_at;
                    const Conclusion end = conclude(decision, handed);
                    ASSERT_EQ(end.verdicts.size(), 5U);
                    EXPECT_EQ(end.verdicts[1], draft->verdicts[1]);
                    EXPECT_EQ(end.verdicts[3], draft->verdicts[3]);
                    for (std::size_t at = 0; at < 3; ++at)
                        expect_nothing_forgotten(end.verdicts[draft->asking[at]], outcome.states[at],
                                                 *cap != '\0', handed, drops);
                    // The claim is kept exactly where the sender was told, or may have been.
                    EXPECT_EQ(end.settlement == Settlement::confirm, is_granted && handed == Handed::over);
                    EXPECT_EQ(end.settlement == Settlement::release,
                              is_granted && (handed == Handed::not_now || handed == Handed::never));
                    const OneReply one = one_reply(end.verdicts, transaction, true, site.milter);
                    const bool is_deferred = std::ranges::any_of(end.verdicts, is_one<Defer>);
                    EXPECT_EQ(one.kind, is_deferred ? OneReply::Kind::defer : OneReply::Kind::accept);
                    const auto refused = std::ranges::count_if(end.verdicts, is_one<Refuse>);
                    EXPECT_EQ(one.report.size(), is_deferred ? 0U : static_cast<std::size_t>(refused));
                }
            }
    }
    EXPECT_EQ(looked_at, 2U * 27 * 2 * 4);
}

} // namespace
} // namespace columbarium::tombstone
