// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/answer.hpp"

namespace columbarium::desk {

std::string claim_name(std::string_view) {
    return {};
}

std::string claim_person(std::string_view, std::string_view) {
    return {};
}

bool is_claim_name(std::string_view) {
    return false;
}

Expected<std::string> compose_answer(const AnswerRequest&, mail::Message&) {
    return std::string();
}

} // namespace columbarium::desk
