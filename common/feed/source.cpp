// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed/source.hpp"

#include <chrono>
#include <utility>

#include "feed/ldap_source.hpp"
#include "feed/octets.hpp"
#include "feed/row_reader.hpp"

namespace columbarium::feed {

namespace {

using config::FeedSource;

class TextSource : public Source {
  public:
    TextSource(std::unique_ptr<Octets> octets, FeedSource::Kind kind, config::FeedColumns columns)
        : octets_(std::move(octets)), kind_(kind), columns_(std::move(columns)) {}

    Expected<void> read(const std::function<void(tombstone::Row)>& take) override {
        const auto reader = kind_ == FeedSource::Kind::csv ? csv_reader(columns_, name(), take)
                                                           : jsonl_reader(columns_, name(), take);
        auto read = octets_->read([&](std::string_view octets) { return reader->feed(octets); });
        return read ? reader->finish() : read;
    }

    std::string name() const override { return octets_->name(); }

  private:
    std::unique_ptr<Octets> octets_;
    FeedSource::Kind kind_;
    config::FeedColumns columns_;
};

} // namespace

Expected<std::unique_ptr<Source>> open_source(const FeedSource& source, const std::string& password) {
    if (source.kind == FeedSource::Kind::ldap)
        return ldap_source(source, password);
    if (source.kind == FeedSource::Kind::none)
        return permanent_failure("the configuration names no feed; add a table [feed]");
    if (source.file.empty() == source.command.empty())
        return permanent_failure("the table [feed] has to name either a file or a command");
    auto octets = source.command.empty()
                      ? file_octets(source.file)
                      : command_octets(source.command, std::chrono::seconds(source.command_seconds));
    return std::make_unique<TextSource>(std::move(octets), source.kind, source.columns);
}

} // namespace columbarium::feed
