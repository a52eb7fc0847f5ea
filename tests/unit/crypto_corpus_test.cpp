// SPDX-License-Identifier: LGPL-2.1-or-later
// Signed and encrypted mail among real mail. The collection is not part of the project: it is looked for at
// ../shared/corpus from the project's root, and these tests skip where it is not there.
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mail_samples.hpp"
#include "triage/facts.hpp"

namespace columbarium::triage {
namespace {

using Values = std::vector<std::string>;

// All that is signed in the collection, found by reading: the beginnings of the files' names. Nothing in it
// is encrypted, and nobody asks for a certificate.
const std::map<std::string, Values, std::less<>> signed_mail = {
    {"ham-list/easy-ham-1-01448", {"pgp-signed"}}, {"ham-list/easy-ham-1-01567", {"pgp-signed"}},
    {"ham-list/easy-ham-2-00733", {"pgp-signed"}}, {"ham-list/easy-ham-2-00789", {"pgp-signed"}},
    {"ham-list/easy-ham-2-00791", {"pgp-signed"}}, {"ham/easy-ham-1-01336", {"pgp-signed"}},
    {"ham/easy-ham-1-01397", {"pgp-signed"}},
};

TEST(CryptoCorpus, HasItsSignedMailFoundWithoutAMissAndNothingElse) {
    const auto corpus = std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "../shared/corpus";
    if (!std::filesystem::exists(corpus / "labels.tsv"))
        GTEST_SKIP() << "no collection of real mail in " << corpus.lexically_normal()
                     << ": nothing to measure against";
    std::size_t messages = 0;
    std::size_t found = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus)) {
        if (entry.path().extension() != ".eml")
            continue;
        ++messages;
        const std::string file = std::filesystem::relative(entry.path(), corpus).string();
        const auto known = std::ranges::find_if(
            signed_mail, [&file](const auto& row) { return file.starts_with(row.first + "."); });
        test::Sample sample(test::read_file(entry.path()));
        EXPECT_EQ(sample[Fact::crypto], known == signed_mail.end() ? Values{} : known->second) << file;
        EXPECT_EQ(sample[Fact::crypto_readable], Values{}) << file;
        EXPECT_EQ(sample[Fact::certificate_request], Values{}) << file;
        found += known == signed_mail.end() ? 0 : 1;
    }
    EXPECT_EQ(found, signed_mail.size());
    EXPECT_GE(messages, 800U);
}

} // namespace
} // namespace columbarium::triage
