/** Axes of charts. */
export const charts = {
  epoch: '轮',
  'Images seen': '已训练图像',
  'Relative time': '相对时间',
  'time since the start': '开始后的时间',
  'Wall time': '实际时间',
  at: '时刻',
  'Device time': '设备时间',
  'device time': '设备时间',
  'multiply-adds, forward, expected': '期望前向乘加次数',
};
