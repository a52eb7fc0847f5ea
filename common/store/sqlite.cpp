// SPDX-License-Identifier: LGPL-2.1-or-later
// SQLite: one file, write-ahead log, so that readers and one writer do not wait for each other.
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/regular_file.hpp"
#include "store/backend.hpp"

// Behind our header of SOCI.
#include <soci/sqlite3/soci-sqlite3.h>

namespace columbarium::store {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int cache_kibioctets = 32'000;

Dialect words() {
    return {
        .octet_order = "", // SQLite's default
        .clustered = "WITHOUT ROWID",
        .free_rows = "",   // there is one writer
        .lock_claims = "", // likewise
        .begin_reading = {"BEGIN"},
        // A claim that a power cut undoes is one reply more. People are not to be lost.
        .begin_claiming = {"BEGIN IMMEDIATE"},
        .begin_writing = {"PRAGMA synchronous = FULL", "BEGIN IMMEDIATE"},
        .begin_migration = {"PRAGMA synchronous = FULL", "BEGIN IMMEDIATE"},
        .after_writing = {"PRAGMA synchronous = NORMAL"},
    };
}

int code_of(const soci::soci_error& error) {
    const auto* own = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
    return own == nullptr ? SQLITE_ERROR : own->result() & 0xff; // without what extended codes add
}

class Sqlite final : public Backend {
  public:
    Sqlite(std::string path, Waiting waiting)
        : path_(std::move(path)), name_("store " + path_), waiting_(waiting) {}

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] const Dialect& dialect() const override { return dialect_; }

    void connect(soci::session& session) override {
        if (path_.empty() || path_.front() != '/' || path_.find('"') != std::string::npos)
            throw Failed{{ErrorKind::permanent, name_ + ": its path has to be absolute, without '\"'"}};
        make_file(path_);
        session.open(soci::sqlite3, fmt::format("dbname=\"{}\"", path_));
        session << fmt::format("PRAGMA busy_timeout = {}", waiting_.lock.count());
        use_log(session);
        session << "PRAGMA synchronous = NORMAL";
        session << fmt::format("PRAGMA cache_size = -{}", cache_kibioctets);
    }

    [[nodiscard]] bool has_tables(soci::session& session) override {
        int all = 0;
        int ours = 0;
        session << "SELECT count(*), coalesce(sum(name = 'store_property'), 0) FROM sqlite_master",
            soci::into(all), soci::into(ours);
        if (all > 0 && ours == 0)
            throw Failed{{ErrorKind::temporary, name_ + ": this is a database of another program; name "
                                                        "another file in [store] sqlite"}};
        return ours > 0;
    }

    // On a file of its own: SQLite has locks on the database's.
    [[nodiscard]] bool lock_run(soci::session&) override {
        const std::string path = path_ + "-sync";
        make_file(path);
        OpenedFile file = open_regular(AT_FDCWD, path);
        if (file.error_number != 0)
            fail(path, "cannot be opened", file.error_number);
        if (flock(file.descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK)
                fail(path, "cannot be locked", errno);
            return false;
        }
        run_lock_ = std::move(file.descriptor);
        return true;
    }

    [[nodiscard]] bool has_run_lock(soci::session&) override { return run_lock_.number() >= 0; }

    // The file stays: two programs could lock two files where it came and went.
    void unlock_run(soci::session*) override { const Descriptor ended = std::move(run_lock_); }

    [[nodiscard]] Trouble trouble_of(const soci::soci_error& error, soci::session&) const override {
        switch (code_of(error)) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Trouble::locked;
        case SQLITE_READONLY:
            return Trouble::read_only;
        case SQLITE_FULL:
            return Trouble::full;
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return Trouble::not_allowed;
        case SQLITE_CANTOPEN:
            return Trouble::unreachable;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Trouble::damaged;
        default:
            return Trouble::other;
        }
    }

  private:
    // SQLite would give the file the mode that the umask leaves, and root's would be root's: the service
    // could not write to it. Does not open one that is there: to close it again would end the locks that this
    // process has on it.
    void make_file(const std::string& path) const {
        struct stat status {};
        if (lstat(path.c_str(), &status) == 0) {
            if (!S_ISREG(status.st_mode))
                throw Failed{{ErrorKind::temporary, "store " + path +
                                                        ": this is no regular file; name the "
                                                        "file itself in [store] sqlite"}};
            return;
        }
        if (errno != ENOENT)
            fail(path, "cannot be opened", errno);
        struct stat folder {};
        if (stat(folder_of(path).c_str(), &folder) < 0)
            fail(path, "cannot be made in its folder", errno);
        const Descriptor made(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (made.number() < 0) {
            if (errno == EEXIST) // another process was faster
                return;
            fail(path, "cannot be made", errno);
        }
        if (geteuid() == 0 && fchown(made.number(), folder.st_uid, folder.st_gid) < 0) {
            const int reason = errno;
            unlink(path.c_str());
            fail(path, "cannot be given to the owner of its folder", reason);
        }
    }

    [[noreturn]] static void fail(const std::string& path, std::string_view what, int error_number) {
        throw Failed{{ErrorKind::temporary, system_text("store " + path, what, error_number)}};
    }

    // The one statement that SQLite does not wait for locks with.
    void use_log(soci::session& session) const {
        const auto deadline = Clock::now() + waiting_.lock;
        std::string mode;
        while (true) {
            try {
                session << "PRAGMA journal_mode = WAL", soci::into(mode);
                break;
            } catch (const soci::sqlite3_soci_error& error) {
                if (trouble_of(error, session) != Trouble::locked || Clock::now() >= deadline)
                    throw;
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
        }
        if (mode != "wal")
            throw Failed{{ErrorKind::temporary, name_ +
                                                    ": its file system cannot keep a write-ahead log; put "
                                                    "it on a local one"}};
    }

    std::string path_;
    std::string name_;
    Waiting waiting_;
    Descriptor run_lock_;
    Dialect dialect_ = words();
};

} // namespace

std::unique_ptr<Backend> make_sqlite(std::string path, Waiting waiting) {
    return std::make_unique<Sqlite>(std::move(path), waiting);
}

} // namespace columbarium::store
