/**
 * The allocation of slots.ts, level-book.ts and slice-spans.ts once more, to run inside Redis; the contract suite holds both to the same slots. One hash
 * a level: a field for every slice that has a count, and `full` (spans), `last`, `limit`, `old` (slices before it are deleted) and `sum` (of
 * all counts: no run of slices has more).
 *
 * KEYS: the levels' hashes. ARGV[1]: JSON `{ now?, run, block, mostSpans, horizonMs, levels: [[sliceMs, limit, paceLength, paceMax, wanted]],
 * requests?: [[level, …]] }`, levels numbered from 1.
 *
 * Without `requests` it books all together, for now, if every level has room for as many as want it: returns `[now, slices read, 1]`, or
 * 0 at the end where nothing was booked. With them, one by one: returns `[now, slices read, at, blocking level, …]` in ms; at is -1
 * where nothing was booked.
 */
export const BOOK_SLOTS = `
local input = cjson.decode(ARGV[1])
local run, block, now = input.run, input.block, input.now
local slicesRead = 0

if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function field(slice)
  return string.format('%.0f', slice)
end

local function firstOutside(spans, slice)
  for _, span in ipairs(spans) do
    if slice < span[1] then break end
    if slice < span[2] then return span[2] end
  end
  return slice
end

local function withSpan(spans, from, to)
  local before, after = {}, {}
  for _, span in ipairs(spans) do
    if span[2] < from then before[#before + 1] = span
    elseif span[1] > to then after[#after + 1] = span
    else from, to = math.min(from, span[1]), math.max(to, span[2]) end
  end
  before[#before + 1] = { from, to }
  for _, span in ipairs(after) do before[#before + 1] = span end
  return before
end

local function spansSince(spans, slice)
  local live = {}
  for _, span in ipairs(spans) do
    if span[2] > slice then live[#live + 1] = span end
  end
  while #live > input.mostSpans do
    local shortest = #live
    for i = #live - 1, 1, -1 do
      if live[i][2] - live[i][1] < live[shortest][2] - live[shortest][1] then shortest = i end
    end
    table.remove(live, shortest)
  end
  return live
end

local function encode(spans)
  local parts = {}
  for i, span in ipairs(spans) do parts[i] = '[' .. field(span[1]) .. ',' .. field(span[2]) .. ']' end
  return '[' .. table.concat(parts, ',') .. ']'
end

local function open(key, spec)
  local limit = spec[2]
  local stored = redis.call('HMGET', key, 'full', 'last', 'limit', 'old', 'sum')
  local full = {}
  -- A raised limit makes room in what was full.
  if stored[1] and limit <= tonumber(stored[3]) then full = cjson.decode(stored[1]) end
  local current = math.floor(now / spec[1])
  local last = tonumber(stored[2]) or -1
  return {
    key = key, sliceMs = spec[1], limit = limit, paceLength = spec[3], paceMax = spec[4], wanted = spec[5],
    fullStored = stored[1], limitStored = tonumber(stored[3]), sum = tonumber(stored[5]) or 0,
    current = current, full = full, closed = full, last = last, lastStored = last,
    old = tonumber(stored[4]) or current - run,
    counts = {}, read = {}, added = {},
  }
end

local function read(book, number)
  book.read[number] = true
  local fields = {}
  for i = 0, math.min(block - 1, book.lastStored - number * block) do fields[i + 1] = field(number * block + i) end
  for i, count in ipairs(redis.call('HMGET', book.key, unpack(fields))) do
    if count then
      book.counts[number * block + i - 1] = tonumber(count)
      slicesRead = slicesRead + 1
    end
  end
end

local function ensure(book, slice)
  local last = math.min(slice + run - 1, book.lastStored)
  local number = math.floor((slice - run + 1) / block)
  while number * block <= last do
    if not book.read[number] then read(book, number) end
    number = number + 1
  end
end

local function fullestRun(counts, slice, length, max)
  local sum = 0
  for s = slice - length + 1, slice do sum = sum + (counts[s] or 0) end
  local fullest, finish = sum, slice
  for s = slice + 1, slice + length - 1 do
    sum = sum + (counts[s] or 0) - (counts[s - length] or 0)
    if sum >= max then finish = s end
    if sum > fullest then fullest = sum end
  end
  return fullest, finish
end

local function keepsPace(book, slice)
  local fullest, finish = fullestRun(book.counts, slice, book.paceLength, book.paceMax)
  if fullest < book.paceMax then return true end
  book.closed = withSpan(book.closed, slice, finish + 1)
  return false
end

local function keepsLimit(book, slice)
  if book.freeSlice == slice and book.room > 0 then return true end
  local fullest, finish = fullestRun(book.counts, slice, run, book.limit)
  book.freeSlice, book.room = slice, book.limit - fullest
  if fullest < book.limit then return true end
  book.full = withSpan(book.full, finish - run + 1, finish + 1)
  book.closed = withSpan(book.closed, finish - run + 1, finish + 1)
  return false
end

local function hasRoom(book, slice)
  return (slice == book.current or keepsPace(book, slice)) and keepsLimit(book, slice)
end

local function earliest(book, at)
  local asked = math.floor(at / book.sliceMs)
  local slice = firstOutside(book.closed, asked)
  while true do
    ensure(book, slice)
    if hasRoom(book, slice) then break end
    slice = firstOutside(book.closed, slice)
  end
  if slice == asked then return at end
  local filled = math.min(book.counts[slice] or 0, book.paceMax - 1) / book.paceMax
  return math.floor((slice + filled) * book.sliceMs)
end

local function furthestFirst(levels, books)
  local furthest, latest = nil, now
  for _, level in ipairs(levels) do
    local book = books[level]
    local asked = math.floor(now / book.sliceMs)
    local slice = firstOutside(book.closed, asked)
    if slice ~= asked and slice * book.sliceMs > latest then furthest, latest = level, slice * book.sliceMs end
  end
  local inOrder = { furthest }
  for _, level in ipairs(levels) do
    if level ~= furthest then inOrder[#inOrder + 1] = level end
  end
  return inOrder
end

local function take(book, at, number)
  local slice = math.floor(at / book.sliceMs)
  book.counts[slice] = (book.counts[slice] or 0) + number
  book.added[slice] = (book.added[slice] or 0) + number
  book.last = math.max(book.last, slice)
  if book.freeSlice == slice then book.room = book.room - number else book.freeSlice = nil end
end

local function place(levels, books)
  local at, blockedBy, moved = now, 0, true
  local inOrder = furthestFirst(levels, books)
  while moved do
    moved = false
    for _, level in ipairs(inOrder) do
      local time = earliest(books[level], at)
      if time > now + input.horizonMs then return -1, level end
      if time > at then at, blockedBy, moved = time, level, true end
    end
  end
  for _, level in ipairs(levels) do take(books[level], at, 1) end
  return at, blockedBy
end

local function allHaveRoom(books)
  for _, book in ipairs(books) do
    if firstOutside(book.closed, book.current) ~= book.current then return false end
    -- Mostly the limit is far away, and no slice need be read.
    if book.sum + book.wanted > book.limit then
      ensure(book, book.current)
      local fullest = fullestRun(book.counts, book.current, run, book.limit)
      if fullest + book.wanted > book.limit then return false end
    end
  end
  return true
end

local function store(book)
  local more = 0
  for slice, count in pairs(book.added) do
    redis.call('HINCRBY', book.key, field(slice), count)
    more = more + count
  end
  local old = math.max(book.old, math.min(book.current - run, book.old + 2 * block))
  if old > book.old then
    local past = {}
    for slice = book.old, old - 1 do past[#past + 1] = field(slice) end
    for _, count in ipairs(redis.call('HMGET', book.key, unpack(past))) do more = more - (count and tonumber(count) or 0) end
    redis.call('HDEL', book.key, unpack(past))
  end
  redis.call('HINCRBY', book.key, 'sum', field(more))
  local full = encode(spansSince(book.full, book.current))
  if full == book.fullStored and book.last == book.lastStored and book.limit == book.limitStored and old == book.old then return end
  redis.call('HSET', book.key, 'full', full, 'last', field(book.last), 'limit', field(book.limit), 'old', field(old))
  redis.call('PEXPIRE', book.key, field(math.max(0, (book.last + run + 1) * book.sliceMs - now) + 60000))
end

local books = {}
for i, spec in ipairs(input.levels) do books[i] = open(KEYS[i], spec) end

if not input.requests then
  if not allHaveRoom(books) then return { now, slicesRead, 0 } end
  for _, book in ipairs(books) do
    take(book, now, book.wanted)
    store(book)
  end
  return { now, slicesRead, 1 }
end

local answer = {}
for _, levels in ipairs(input.requests) do
  local at, blockedBy = place(levels, books)
  answer[#answer + 1] = at
  answer[#answer + 1] = blockedBy
end
for _, book in ipairs(books) do store(book) end
table.insert(answer, 1, now)
table.insert(answer, 2, slicesRead)
return answer
`;
