# Arabic, formal (the plural of respect), without forms that tell men from women.

confirmation-guest =
    .news = تم التأكيد
    .heading = تم تأكيد موعدكم
    .intro = تم تأكيد موعدكم مع { $owner }. تجدون دعوة التقويم مرفقة بهذه الرسالة.
confirmation-further-guest =
    .news = دعوة
    .heading = دعوة إلى موعد
    .intro = نرسل إليكم دعوة إلى موعد مع { $owner }. تجدون دعوة التقويم مرفقة بهذه الرسالة.
owner-notification =
    .news = حجز جديد
    .heading = حجز جديد
    .intro = لديكم حجز جديد باسم { $guest }.
    .intro-unnamed = لديكم موعد جديد.
updated-guest =
    .news = تم التعديل
    .heading = تم تعديل موعدكم
    .intro = موعدكم مع { $owner } باقٍ في وقته، ولكن طرأ عليه تغيير. الدعوة المرفقة تحدّث تقويمكم.
updated-further-guest =
    .news = تم التعديل
    .heading = تم تعديل الموعد
    .intro = الموعد مع { $owner } باقٍ في وقته، ولكن طرأ عليه تغيير. الدعوة المرفقة تحدّث تقويمكم.
updated-owner =
    .news = تم التعديل
    .heading = تم تعديل الحجز
    .intro = موعدكم مع { $guest } باقٍ في وقته، ولكن طرأ عليه تغيير.
    .intro-unnamed = موعدكم باقٍ في وقته، ولكن طرأ عليه تغيير.
link-guest =
    .news = تم التعديل
    .heading = رابط الانضمام إلى موعدكم
    .intro = موعدكم مع { $owner } قائم كما هو مقرر، وأصبح له رابط للانضمام. الدعوة المرفقة تحدّث تقويمكم.
link-further-guest =
    .news = تم التعديل
    .heading = رابط الانضمام إلى الموعد
    .intro = الموعد مع { $owner } قائم كما هو مقرر، وأصبح له رابط للانضمام. الدعوة المرفقة تحدّث تقويمكم.
link-owner =
    .news = تم التعديل
    .heading = رابط الانضمام
    .intro = موعدكم مع { $guest } قائم كما هو مقرر، وأصبح له رابط للانضمام.
    .intro-unnamed = موعدكم قائم كما هو مقرر، وأصبح له رابط للانضمام.
rescheduled-guest =
    .news = وقت جديد
    .heading = تغيّر وقت موعدكم
    .intro = أصبح لموعدكم مع { $owner } وقت جديد. الدعوة المرفقة تحدّث تقويمكم.
rescheduled-further-guest =
    .news = وقت جديد
    .heading = تغيّر وقت الموعد
    .intro = أصبح للموعد مع { $owner } وقت جديد. الدعوة المرفقة تحدّث تقويمكم.
rescheduled-owner =
    .news = وقت جديد
    .heading = تغيّر وقت الحجز
    .intro = أصبح لموعدكم مع { $guest } وقت جديد.
    .intro-unnamed = أصبح لموعدكم وقت جديد.
reminder-guest =
    .news = تذكير
    .heading = اقترب موعدكم
    .intro = نذكّركم باقتراب موعدكم مع { $owner }.
reminder-further-guest =
    .news = تذكير
    .heading = اقترب الموعد
    .intro = نذكّركم باقتراب الموعد مع { $owner }.
cancelled-guest =
    .news = تم الإلغاء
    .heading = تم إلغاء موعدكم
    .intro = تم إلغاء موعدكم مع { $owner }. الملف المرفق يزيله من تقويمكم.
cancelled-further-guest =
    .news = تم الإلغاء
    .heading = تم إلغاء الموعد
    .intro = تم إلغاء الموعد مع { $owner }. الملف المرفق يزيله من تقويمكم.
cancelled-owner =
    .news = تم الإلغاء
    .heading = تم إلغاء الحجز
    .intro = تم إلغاء موعدكم مع { $guest }. أصبح الوقت متاحًا من جديد.
    .intro-unnamed = تم إلغاء موعدكم. أصبح الوقت متاحًا من جديد.
withdrawn =
    .news = تم الإلغاء
    .heading = تم سحب دعوتكم
    .intro = تم سحب دعوتكم إلى هذا الموعد مع { $owner }. الملف المرفق يزيله من تقويمكم.
disconnected =
    .news = يرجى ربط تقويمكم من جديد ({ $calendar })
    .heading = انقطع الاتصال بتقويمكم
    .intro = لم يعد { $calendar } يسمح لنا بالوصول إليه، ولذلك لا نعلم أوقات انشغالكم. تبقى الحجوزات الحالية قائمة، غير أن تعديلاتها لا تصل إلى التقويم، وتُرفض الحجوزات الجديدة إلى أن يُربط من جديد.
    .how-here = يرجى ربطه من جديد في الصفحة أدناه.
    .how-elsewhere = يرجى ربطه من جديد حيث ربطتموه أول مرة.

subject = { $news }: { $title }، { $when }
subject-from = { $news }: { $guest }، { $title }، { $when }
subject-calendar = { $news }: { $account }

footer-guest = تصلكم هذه الرسالة لأن عنوانكم ذُكر لموعد مع { $owner }.
footer-answer = يصل ردكم على هذه الرسالة إلى { $guest }.
footer-owner = تصلكم هذه الرسالة لأن الموعد موعدكم.
footer-calendar = تصلكم هذه الرسالة لأن المواعيد معكم تُحجز وفق هذا التقويم.

action-manage = تغيير الموعد أو إلغاؤه
action-connect = الربط من جديد

label-what = الموضوع
label-when = الوقت
label-changed = التغييرات
label-where = المكان
label-join = الانضمام
label-with = مع
label-guest = الحجز باسم
label-guests = مدعوون آخرون
label-email = البريد الإلكتروني
label-phone = الهاتف
label-reason = السبب
label-notes = ملاحظات
label-calendar = التقويم
label-account = الحساب
more-guests = { $count ->
        [one] مدعو آخر ({ $number })، وتصله رسالة خاصة به
        [two] مدعوان آخران ({ $number })، وتصل كلًّا منهما رسالة خاصة به
        [few] { $number } مدعوين آخرين، وتصل كلًّا منهم رسالة خاصة به
        [many] { $number } مدعوًّا آخر، وتصل كلًّا منهم رسالة خاصة به
       *[other] { $number } مدعو آخر، وتصل كلًّا منهم رسالة خاصة به
    }
yes = نعم
no = لا

change = { $what }: { $was } ← { $is }
change-time = الوقت
change-title = العنوان
change-place = المكان
change-link = رابط الانضمام
change-host = مع
change-guest = الحجز باسم
change-guests = مدعوون آخرون
none = لا يوجد

when = { $from } – { $to } ({ $zone }، { $offset })
when-utc = { $from } – { $to } ({ $offset })
when-changing = { $from } { $offset } – { $to } { $offset-then } ({ $zone })

calendar-google = تقويم Google
calendar-outlook = تقويم Outlook
us = فريقنا
colon = :{ " " }
comma = ،{ " " }
space = { " " }

page-gone = صفحة الحجز هذه غير موجودة أو مغلقة
page-gone-why = يُرجى التحقق من العنوان، أو طلب عنوان جديد من مصدره.
page-failed = لا يمكن عرض هذه الصفحة الآن
page-failed-why = يُرجى إعادة المحاولة بعد قليل.
page-script = تحتاج هذه الصفحة إلى JavaScript، وهو معطّل في هذا المتصفح. يُرجى تفعيله ثم إعادة تحميل الصفحة.
page-manage = حجزكم
page-owner = المواعيد
page-minutes = { $number } دقيقة
