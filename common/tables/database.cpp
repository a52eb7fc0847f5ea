// SPDX-License-Identifier: LGPL-2.1-or-later
// Constant databases: cdb of Postfix and of Exim. Neither wants a NUL behind keys and values, so that one
// file serves both.
#include <cerrno>
#include <cstdint>

#include <cdb.h>

#include "tables/output.hpp"

namespace columbarium::tables {

namespace {

class Database final : public Output {
  public:
    explicit Database(const Descriptor& descriptor) {
        errno = 0;
        if (cdb_make_start(&make_, descriptor.number()) < 0)
            error_number_ = errno != 0 ? errno : EIO;
    }

    ~Database() override {
        if (!is_finished_)
            cdb_make_finish(&make_); // the only way to free what tinycdb holds
    }

    const char* fault(std::string_view, std::string_view) const override { return nullptr; }

    int add(std::string_view key, std::string_view value) override {
        if (error_number_ != 0)
            return error_number_;
        // The format's positions have 32 bits; each record has two slots of eight octets.
        size_ += 8 + key.size() + value.size() + 16;
        if (size_ > UINT32_MAX)
            return error_number_ = EFBIG;
        errno = 0;
        if (cdb_make_add(&make_, key.data(), static_cast<unsigned>(key.size()), value.data(),
                         static_cast<unsigned>(value.size())) < 0)
            error_number_ = errno != 0 ? errno : EIO;
        return error_number_;
    }

    int finish() override {
        if (error_number_ != 0)
            return error_number_;
        is_finished_ = true;
        errno = 0;
        if (cdb_make_finish(&make_) < 0)
            error_number_ = errno != 0 ? errno : EIO;
        return error_number_;
    }

  private:
    cdb_make make_{};
    std::uint64_t size_ = 2048;
    int error_number_ = 0;
    bool is_finished_ = false;
};

} // namespace

std::unique_ptr<Output> open_database(const Descriptor& descriptor) {
    return std::make_unique<Database>(descriptor);
}

} // namespace columbarium::tables
