// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/csv.hpp"

#include <gtest/gtest.h>

namespace columbarium {
namespace {

TEST(CsvRow, QuotesWhatRfc4180WantsQuoted) {
    EXPECT_EQ(csv_row({"aaa", "b bb", ""}), "aaa,b bb,\r\n");
    EXPECT_EQ(csv_row({"a,b", "c\"d", "e\r\nf", "\"\""}), "\"a,b\",\"c\"\"d\",\"e\r\nf\",\"\"\"\"\"\"\r\n");
    EXPECT_EQ(csv_row({}), "\r\n");
    EXPECT_EQ(csv_row({"ü"}), "ü\r\n");
}

TEST(CsvRow, MakesFormulasTexts) {
    for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1"})
        EXPECT_EQ(csv_row({formula, "x"}), "'" + std::string(formula) + ",x\r\n");
    EXPECT_EQ(csv_row({"=HYPERLINK(\"x\",\"y\")"}), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
    EXPECT_EQ(csv_row({"\r=1"}), "\"'\r=1\"\r\n");
    EXPECT_EQ(csv_row({"a=1", " =1"}), "a=1, =1\r\n");
}

} // namespace
} // namespace columbarium
