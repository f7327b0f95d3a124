// The bundle of the page on which a guest manages a booking.

export { SchedulingManage } from './manage/element';
