// SPDX-License-Identifier: LGPL-2.1-or-later
// The wall: mailing lists, and mail to many.
#include <string>
#include <vector>

#include "reply_wall.hpp"

namespace columbarium::test {
namespace {

std::vector<WallRow> lists() {
    return {
        {.name = "AR_9_ListId", .rules = "AR-9", .fields = "List-Id: Talk <talk.lists.example.com>\n"},
        {.name = "AR_9_ListPost", .rules = "AR-9", .fields = "List-Post: <mailto:talk@lists.example.com>\n"},
        {.name = "AR_9_ListHelp",
         .rules = "AR-9",
         .fields = "List-Help: <mailto:talk-help@lists.example.com>\n"},
        {.name = "AR_9_ListUnsubscribe",
         .rules = "AR-9",
         .fields = "List-Unsubscribe: <https://example.com/leave>\n"},
        {.name = "AR_9_ListSubscribe",
         .rules = "AR-9",
         .fields = "List-Subscribe: <https://example.com/join>\n"},
        {.name = "AR_9_ListOwner", .rules = "AR-9", .fields = "List-Owner: <mailto:walter@example.com>\n"},
        {.name = "AR_9_ListArchive", .rules = "AR-9", .fields = "List-Archive: <https://example.com/talk>\n"},
        {.name = "AR_9_ListUnsubscribePost",
         .rules = "AR-9",
         .fields = "list-unsubscribe-post: List-Unsubscribe=One-Click\n"},
        {.name = "AR_9_UnknownListField", .rules = "AR-9", .fields = "List-Software: something\n"},
        {.name = "AR_9_EmptyListField", .rules = "AR-9", .fields = "List-Id:\n"},
        {.name = "AR_9_FoldedListField", .rules = "AR-9", .fields = "List-Id:\n <talk.lists.example.com>\n"},
        {.name = "AR_9_PrecedenceList", .rules = "AR-9", .fields = "Precedence: list\n"},
        {.name = "AR_9_PrecedenceBulk", .rules = "AR-9", .fields = "Precedence: bulk\n"},
        {.name = "AR_9_PrecedenceJunk", .rules = "AR-9", .fields = "Precedence: junk\n"},
        {.name = "AR_9_PrecedenceInCapitals", .rules = "AR-9", .fields = "PRECEDENCE: BULK\n"},
        {.name = "AR_9_PrecedenceFolded", .rules = "AR-9", .fields = "Precedence:\n\tlist\n"},
        {.name = "AR_9_SecondPrecedence",
         .rules = "AR-9",
         .fields = "Precedence: first-class\nPrecedence: bulk\n"},
        {.name = "AR_9_XPrecedence", .rules = "AR-9", .fields = "X-Precedence: bulk\n"},
        {.name = "AR_9_PrecedenceFirstClass", .rules = "", .fields = "Precedence: first-class\n"},
        {.name = "AR_9_PrecedenceSpecialDelivery", .rules = "", .fields = "Precedence: special-delivery\n"},
        {.name = "AR_9_XMailingList", .rules = "AR-9", .fields = "X-Mailing-List: <talk@example.com>\n"},
        {.name = "AR_9_MailingList",
         .rules = "AR-9",
         .fields = "Mailing-List: contact talk-help@example.com; run by ezmlm\n"},
        {.name = "AR_9_XBeenThere", .rules = "AR-9", .fields = "X-BeenThere: talk@lists.example.com\n"},
        {.name = "AR_9_XMailmanVersion", .rules = "AR-9", .fields = "X-Mailman-Version: 2.1.39\n"},
        {.name = "AR_9_XMdMailingList", .rules = "AR-9", .fields = "X-MDMailing-List: talk@example.com\n"},
        {.name = "AR_9_XGoogleGroupId", .rules = "AR-9", .fields = "X-Google-Group-Id: 17\n"},
        {.name = "AR_9_SenderIsAListsOwner",
         .rules = "AR-9",
         .fields = "Sender: owner-talk@lists.example.com\n"},
        {.name = "AR_9_SenderTakesBounces",
         .rules = "AR-9",
         .fields = "Sender: \"Talk\" <talk-bounces@lists.example.com>\n"},
        {.name = "AR_9_ErrorsToAList",
         .rules = "AR-9",
         .fields = "Errors-To: talk-request@lists.example.com\n"},
        {.name = "AR_9_ErrorsToAPerson", .rules = "", .fields = "Errors-To: walter@example.com\n"},
        {.name = "AR_7_AR_9_ListPostByVerp",
         .rules = "AR-7 AR-9",
         .fields = "List-Id: <talk.lists.example.com>\nPrecedence: list\n",
         .sender = "talk-bounces+abc1=cam.example.org@lists.example.com"},
        {.name = "AR_4_AR_9_ListPostToTheList",
         .rules = "AR-9 AR-4",
         .fields = "List-Id: <talk.lists.example.com>\n",
         .to = "To: talk@lists.example.com\n"},
        {.name = "AR_9_FeedbackLoop", .rules = "AR-9", .fields = "Feedback-ID: 17:campaign:example\n"},
        {.name = "AR_9_Campaign", .rules = "AR-9", .fields = "X-Campaign-Id: 17\n"},
        {.name = "AR_9_CertifiedSender",
         .rules = "AR-9",
         .fields = "X-CSA-Complaints: complaints@example.com\n"},
        {.name = "AR_7_AR_9_Newsletter",
         .rules = "AR-7 AR-9",
         .fields = "List-Unsubscribe: <https://shop.example.com/leave>\nPrecedence: bulk\n",
         .sender = "bounce-17-abc1=cam.example.org@mail.shop.example.com",
         .from = "From: Shop <news@shop.example.com>\n",
         .subject = "Subject: Spring offers\n"},
    };
}
COLUMBARIUM_WALL(ReplyWallLists, lists);

} // namespace
} // namespace columbarium::test
