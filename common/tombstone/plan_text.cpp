// SPDX-License-Identifier: LGPL-2.1-or-later
// A plan, shown to a person.
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "tombstone/plan.hpp"

namespace columbarium::tombstone {

namespace {

// In the order of the lifecycle, not of importance: the reader looks for a kind.
constexpr std::array kinds = {
    ChangeKind::created,    ChangeKind::details,        ChangeKind::forwarding,   ChangeKind::tombstone,
    ChangeKind::disclosure, ChangeKind::cancelled,      ChangeKind::restored,     ChangeKind::restored_as_new,
    ChangeKind::set_up,     ChangeKind::account_gone,   ChangeKind::account_back, ChangeKind::hold_ended,
    ChangeKind::renamed,    ChangeKind::date_corrected,
};

// "ann@example.org -> bob@example.org"; an unset value is "-".
std::string value_text(const Change& change) {
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("-") : value; };
    if (change.before.empty())
        return shown(change.after);
    return fmt::format("{} -> {}", change.before, shown(change.after));
}

class Group {
  public:
    Group(ChangeKind kind, std::size_t most) : kind_(kind), most_(most) {}

    void add(const Step& step) {
        for (const Change& change : step.changes)
            if (change.kind == kind_ && ++count_ <= most_)
                fmt::format_to(std::back_inserter(lines_), "  {}: {} ({})\n", step.person.username,
                               value_text(change), change.reason);
    }

    [[nodiscard]] std::string text() const {
        if (count_ == 0)
            return {};
        std::string text = fmt::format("{}: {}\n{}", name_of(kind_), count_, lines_);
        if (count_ > most_)
            text += fmt::format("  and {} more\n", count_ - most_);
        return text;
    }

  private:
    ChangeKind kind_;
    std::size_t most_;
    std::size_t count_ = 0;
    std::string lines_;
};

} // namespace

std::string to_text(const Plan& plan, std::size_t most) {
    std::string text;
    for (const ChangeKind kind : kinds) {
        Group group(kind, most);
        for (const PlannedStep& planned : plan.steps)
            group.add(planned.step);
        text += group.text();
    }
    return text;
}

} // namespace columbarium::tombstone
