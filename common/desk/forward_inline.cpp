// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/forward_inline.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/ascii.hpp"
#include "desk/forward.hpp"
#include "desk/forward_clutter.hpp"
#include "desk/subject.hpp"
#include "reply/lines.hpp"
#include "triage/html_text.hpp"

namespace columbarium::desk {

namespace {

using Parts = std::span<const mail::Part>;

constexpr std::size_t longest_file_name = 200; // characters

// mail::Message takes lines away beyond its own bounds, which are higher than these.
constexpr std::size_t most_boundary_lines = 10'000;
constexpr std::size_t most_colons = 50'000;

template <std::size_t count>
bool is_one_of(std::string_view type, const std::array<std::string_view, count>& types) {
    return std::ranges::find(types, type) != types.end();
}

constexpr std::array<std::string_view, 3> card_types{"text/vcard", "text/x-vcard", "text/directory"};
constexpr std::array<std::string_view, 3> signature_types{
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"};
constexpr std::array<std::string_view, 2> calendar_types{"text/calendar", "application/ics"};
// Only the whole says what these mean.
constexpr std::array<std::string_view, 6> whole_types{
    "multipart/encrypted",    "multipart/report",         "multipart/digest",
    "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"};

bool needs_whole(const mail::Part& part) {
    return part.is_message() || part.content_type().starts_with("message/") ||
           is_one_of(part.content_type(), whole_types) || (part.is_multipart() && part.children() == 0);
}

// Whether all of it is here, and can be taken apart.
bool can_be_inline(Parts parts) {
    if (parts.size() >= mail::part_limit || std::ranges::any_of(parts, needs_whole))
        return false;
    std::size_t octets = 0;
    std::size_t boundary_lines = 0;
    std::size_t colons = 0;
    for (const mail::Part& part : parts) {
        const std::string content = part.content(longest_inline + 1);
        octets += content.size();
        for (std::size_t at = content.find("\n--"); at != std::string::npos;
             at = content.find("\n--", at + 3))
            ++boundary_lines;
        if (part.content_type().starts_with("text/") || part.is_multipart())
            colons += static_cast<std::size_t>(std::ranges::count(content, ':'));
        if (octets > mail::whole_limit || content.size() > longest_inline ||
            boundary_lines > most_boundary_lines || colons > most_colons)
            return false;
    }
    return true;
}

bool has_words(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return is_letter(c) || is_digit(c) || !is_ascii(c); });
}

// Takes a message apart.
class Sorter {
  public:
    Sorter(Parts parts, bool is_answer) : parts_(parts), is_answer_(is_answer) {
        for (const mail::Part& part : parts_) {
            const int parent = part.parent();
            const Place above = parent < 0 ? Place() : places_[static_cast<std::size_t>(parent)];
            Place place = above;
            if (part.content_type() == "multipart/alternative" && above.alternative < 0)
                place.alternative = static_cast<int>(places_.size());
            place.is_related = above.is_related || part.content_type() == "multipart/related";
            places_.push_back(place);
        }
        for (std::size_t i = 0; i < parts_.size(); ++i)
            if (places_[i].alternative >= 0 && is_text(parts_[i], "text/plain") &&
                has_words(parts_[i].text(longest_inline)))
                with_plain_.insert(places_[i].alternative);
    }

    std::optional<InlineOriginal> take() {
        for (std::size_t i = 0; i < parts_.size(); ++i)
            if (!parts_[i].is_multipart())
                sort(parts_[i], places_[i]);
        if (is_damaged_ || (!left_out_.empty() && !has_words(text_)))
            return std::nullopt;
        InlineOriginal original;
        for (const std::string& what : left_out_)
            original.text += fmt::format("Left out: {}\n", what);
        if (!left_out_.empty())
            original.text += '\n';
        original.text += text_;
        original.files = std::move(files_);
        return original;
    }

  private:
    // Where a part stands.
    struct Place {
        int alternative = -1; // index of the outermost multipart/alternative around it
        bool is_related = false;
    };

    // A text that is shown, not one that was attached.
    static bool is_text(const mail::Part& part, std::string_view type) {
        return part.content_type() == type && !part.is_attachment() && part.filename().empty();
    }

    void sort(const mail::Part& part, const Place& place) {
        const std::string& type = part.content_type();
        const bool has_plain = with_plain_.contains(place.alternative);
        if (is_text(part, "text/plain")) {
            if (place.alternative < 0 || has_plain)
                show(part.text(longest_inline));
        } else if (is_text(part, "text/html")) {
            if (has_plain)
                leave_out("the text as HTML");
            else
                show(triage::text_of_html(part.text(longest_inline), longest_inline), part);
        } else if (is_one_of(type, card_types) || to_lower(part.filename()).ends_with(".vcf")) {
            leave_out(named("visiting card", part));
        } else if (is_one_of(type, signature_types)) {
            leave_out(
                named(type == signature_types.front() ? "OpenPGP signature" : "S/MIME signature", part));
        } else if (is_one_of(type, calendar_types) && (place.alternative >= 0 || has_calendar_)) {
            has_calendar_ = true;
            leave_out(named("calendar copy", part));
        } else if (type.starts_with("image/") && place.is_related) {
            leave_out(named("image", part));
        } else {
            keep(part);
        }
    }

    void show(const std::string& text) {
        // U+FFFD: an octet that the charset does not know.
        is_damaged_ = is_damaged_ || text.find("\xef\xbf\xbd") != std::string::npos;
        const Decluttered shown = decluttered(text, is_answer_);
        if (shown.had_pgp_signature)
            leave_out("OpenPGP signature");
        if (shown.quoted_lines > 0)
            leave_out(fmt::format("quoted text ({} line{})", shown.quoted_lines,
                                  shown.quoted_lines == 1 ? "" : "s"));
        if (!text_.empty() && !shown.text.empty())
            text_ += '\n';
        text_ += shown.text;
    }

    // HTML whose text is not all that a reader sees of it.
    void show(const std::string& text, const mail::Part& html) {
        is_damaged_ = is_damaged_ || (!has_words(text) && has_words(html.content(longest_inline)));
        show(text);
    }

    void keep(const mail::Part& part) {
        static const auto* const media_type = new re2::RE2("([a-z0-9][a-z0-9.+_-]*)/([a-z0-9][a-z0-9.+_-]*)");
        std::string type;
        std::string subtype;
        if (!RE2::FullMatch(part.content_type(), *media_type, &type, &subtype)) {
            type = "application";
            subtype = "octet-stream";
        }
        files_.push_back(reply::file_part(type.c_str(), subtype.c_str(), part.content(longest_inline)));
        GMimePart* const file = files_.back().get();
        const std::string charset = part.parameter("charset");
        if (type == "text" && !charset.empty() && is_ascii(charset) && !has_control(charset))
            g_mime_object_set_content_type_parameter(GMIME_OBJECT(file), "charset", charset.c_str());
        g_mime_object_set_disposition(GMIME_OBJECT(file), GMIME_DISPOSITION_ATTACHMENT);
        if (const std::string name = reply::one_line(part.filename(), longest_file_name); !name.empty())
            g_mime_part_set_filename(file, name.c_str());
    }

    static std::string named(std::string_view what, const mail::Part& part) {
        const std::string name = reply::one_line(part.filename(), longest_file_name);
        return name.empty() ? fmt::format("{} ({})", what, part.content_type())
                            : fmt::format("{} {} ({})", what, name, part.content_type());
    }

    void leave_out(std::string what) {
        if (std::ranges::find(left_out_, what) == left_out_.end())
            left_out_.push_back(std::move(what));
    }

    Parts parts_;
    bool is_answer_;
    std::vector<Place> places_;
    std::set<int> with_plain_; // alternatives that have plain text with words
    bool has_calendar_ = false;
    bool is_damaged_ = false;
    std::string text_;
    std::vector<std::string> left_out_;
    std::vector<reply::MimePart> files_;
};

// Whether it answers a message, rather than brings one along.
bool is_answer(const mail::HeaderFields& header) {
    static const auto* const forwards =
        new re2::RE2("(?i)^ *\\[?(?:(?:fwd?|wg|tr|rv|enc|doorst)\\b|пересл|转发|轉寄|転送|전달)");
    const std::string subject = header.text("Subject");
    if (RE2::PartialMatch(subject, *forwards))
        return false;
    return header.has("In-Reply-To") || header.has("References") ||
           real_subject(subject) != reply::one_line(subject, 200);
}

} // namespace

Expected<std::optional<InlineOriginal>> read_inline_original(mail::Message& message) {
    const auto size = message.size();
    if (!size)
        return tl::make_unexpected(size.error());
    const auto header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    if (*size > mail::whole_limit || (*header)->length() >= mail::header_limit)
        return std::optional<InlineOriginal>();
    const auto parts = message.all_parts();
    if (!parts)
        return tl::make_unexpected(parts.error());
    if (!can_be_inline(*parts))
        return std::optional<InlineOriginal>();
    return Sorter(*parts, is_answer(**header)).take();
}

} // namespace columbarium::desk
