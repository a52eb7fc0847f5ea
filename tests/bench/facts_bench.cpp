// SPDX-License-Identifier: LGPL-2.1-or-later
// What facts cost beside GMime's parse of the same octets. Over ../shared/corpus where it is there, else over
// tests/mail.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmime/gmime.h>

#include "mail/message.hpp"
#include "paired.hpp"
#include "triage/facts.hpp"

namespace {

using namespace columbarium;

constexpr int rounds = 15;

// The messages of one folder of the corpus.
std::vector<std::string> read_folder(const std::string& name) {
    const std::filesystem::path project = PROJECT_DIRECTORY;
    std::filesystem::path folder = project / "../shared/corpus" / name;
    if (!std::filesystem::exists(folder))
        folder = project / "tests/mail";
    std::vector<std::string> messages;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        messages.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return messages;
}

void parse_with_gmime(const std::string& text) {
    GMimeStream* stream = g_mime_stream_mem_new_with_buffer(text.data(), text.size());
    GMimeParser* parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
    if (message != nullptr)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
}

void read_fact(triage::Facts& facts, triage::Fact fact) {
    const auto values = facts.values(fact);
    if (!values)
        throw std::runtime_error(values.error().text);
    benchmark::DoNotOptimize(values->data());
}

void read_class(const std::string& text) {
    mail::StringSource source(text);
    mail::Message message(source);
    triage::Facts facts(message);
    read_fact(facts, triage::Fact::message_class);
}

// A site as large ones are: ten tokens, a trusted mail system, keys, languages.
const config::TriagePolicy& policy() {
    static const config::TriagePolicy site = [] {
        using Place = config::TokenPattern::Place;
        config::TriagePolicy made;
        made.authserv_ids = {"mx.example.org"};
        made.languages = {"en"};
        made.openpgp_keys = {"0123456789ABCDEF"};
        const std::vector<config::TokenPattern::Source> subject = {{Place::subject, ""}};
        const std::vector<config::TokenPattern::Source> body = {{Place::body, ""}};
        const std::vector<config::TokenPattern::Source> both = {{Place::subject, ""}, {Place::body, ""}};
        made.tokens = {
            {"arbitration", R"(\b(a20[0-9]{6}\.[0-9]{1,3})\b)", both},
            {"ticket", R"(\[(?:ticket|case) ?#? ?([0-9]{4,12})\])", both},
            {"internal", R"(\b((?:root|paypal)@example\.org)\b)", {{Place::header, "To"}}},
            {"service", R"([@.](paypal\.(?:com|de|fr))>?\s*$)", {{Place::header, "From"}}},
            {"password", R"(Description:\s*([^\n]{0,60}Password Reset[^\n]{0,60}))", body},
            {"certificate", R"(Description:\s*([^\n]{0,60}Paper Certificate[^\n]{0,60}))", body},
            {"donation", R"(Description:\s*(Donation to [^\n]{0,60}))", body},
            {"amount", R"(([$€£]? ?[0-9]{1,6}[.,][0-9]{2} ?(?:USD|EUR|AUD|GBP|CHF|CAD))\b)", body},
            {"dispute", R"(\b((?:delete|close|remove) my account|(?:file|open) a dispute)\b)", both},
            {"meta", R"((^\[meta\]|\bmeta[- ]discussion\b))", subject}};
        return made;
    }();
    return site;
}

void read_all(const std::string& text) {
    mail::StringSource source(text);
    mail::Message message(source);
    triage::Facts facts(message, policy());
    for (const triage::FactInfo& info : triage::fact_registry())
        read_fact(facts, info.fact);
    for (const config::TokenPattern& token : policy().tokens) {
        const auto values = facts.token_values(token.name);
        if (!values)
            throw std::runtime_error(values.error().text);
        benchmark::DoNotOptimize(values->data());
    }
}

void facts_against_gmime(benchmark::State& state, const std::string& folder) {
    g_mime_init();
    const std::vector<std::string> messages = read_folder(folder);
    const auto over_all = [&messages](void (*function)(const std::string&)) {
        return [&messages, function] {
            for (const std::string& message : messages)
                function(message);
        };
    };
    bench::compare(
        state,
        {{"gmime", over_all(parse_with_gmime)}, {"class", over_all(read_class)}, {"all", over_all(read_all)}},
        rounds);
    state.counters["messages"] = static_cast<double>(messages.size());
}

BENCHMARK_CAPTURE(facts_against_gmime, bounce, "bounce")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(facts_against_gmime, ham, "ham")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(facts_against_gmime, ham_list, "ham-list")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(facts_against_gmime, spam, "spam")->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
