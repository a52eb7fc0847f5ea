// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/ascii.hpp"

namespace columbarium {

namespace {

// Steps between two names: insert, delete, replace a letter, or swap two neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
            current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
            const bool swapped = i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) &&
                                 to_lower(a[i - 2]) == to_lower(b[j - 1]);
            if (swapped)
                current[j] = std::min(current[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, current);
    }
    return last[b.size()];
}

} // namespace

std::string nearest_name(std::string_view typed, std::span<const std::string> names) {
    const std::size_t limit = std::max<std::size_t>(2, typed.size() / 3);
    std::size_t best = limit + 1;
    const std::string* nearest = nullptr;
    for (const std::string& name : names) {
        const auto [shorter, longer] = std::minmax({typed.size(), name.size()});
        if (longer - shorter >= best)
            continue;
        const std::size_t distance = edit_distance(typed, name);
        // Where not one letter is common the names are not close, however short they are.
        if (distance < best && distance < longer) {
            best = distance;
            nearest = &name;
        }
    }
    return nearest != nullptr ? *nearest : std::string();
}

} // namespace columbarium
