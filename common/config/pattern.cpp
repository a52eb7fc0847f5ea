// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/pattern.hpp"

#include <map>
#include <memory>

#include <fmt/format.h>
#include <re2/re2.h>

namespace columbarium::config {

namespace {

// Patterns that are kept: those of one file, about. A process that has seen so many begins anew.
constexpr std::size_t kept_limit = 200;

RE2::Options options() {
    RE2::Options chosen;
    chosen.set_case_sensitive(false);
    chosen.set_log_errors(false);
    chosen.set_max_mem(static_cast<std::int64_t>(pattern_memory_limit));
    return chosen;
}

// Never destroyed: modules of Dovecot are unloaded at odd times, and no destructor may run then.
std::map<std::string, std::unique_ptr<const RE2>, std::less<>>& kept() {
    static auto* const patterns = new std::map<std::string, std::unique_ptr<const RE2>, std::less<>>;
    return *patterns;
}

const RE2* compile(std::string_view pattern) {
    auto known = kept().find(pattern);
    if (known == kept().end()) {
        if (kept().size() >= kept_limit)
            kept().clear();
        auto compiled = std::make_unique<const RE2>("(?m)" + std::string(pattern), options());
        known = kept().emplace(pattern, std::move(compiled)).first;
    }
    return known->second.get();
}

} // namespace

std::string pattern_fault(std::string_view pattern) {
    if (pattern.size() > pattern_octet_limit)
        return fmt::format("is longer than {} octets", pattern_octet_limit);
    const RE2 checked("(?m)" + std::string(pattern), options());
    if (checked.ok())
        return {};
    if (checked.error_code() == RE2::ErrorPatternTooLarge || checked.error_code() == RE2::ErrorRepeatSize)
        return "is too large when it is compiled; write smaller repetitions";
    return fmt::format("is no RE2 pattern: {}", checked.error());
}

bool matches_nothing(std::string_view pattern) {
    const RE2* const compiled = compiled_pattern(pattern);
    return compiled != nullptr && RE2::FullMatch("", *compiled);
}

const re2::RE2* compiled_pattern(std::string_view pattern) {
    if (pattern.size() > pattern_octet_limit)
        return nullptr;
    const RE2* const compiled = compile(pattern);
    return compiled->ok() ? compiled : nullptr;
}

} // namespace columbarium::config
