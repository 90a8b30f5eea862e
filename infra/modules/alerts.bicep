metadata description = 'Tells a person that something is wrong: action group, alert rules, and the workbook to look at next.'

@description('Region of the log alert rules and the workbook. A log alert rule lives where its workspace does.')
param location string

@description('Tags of every resource.')
param tags object

@description('The token that names of this environment end in.')
@minLength(1)
param nameToken string

@description('Resource id of the Log Analytics workspace that the program and its host write to.')
param workspaceId string

@description('Resource id of the storage account with the backups and the records.')
param storageAccountId string

@description('The jobs that must succeed, each with the hours after which its silence is an alert: its period, plus the time it may be late.')
@minLength(1)
param jobs job[]

@description('Mail address that alerts go to; empty for none.')
param alertEmail string = ''

@description('HTTPS address that alerts are posted to in the common alert schema; empty for none. It is a secret where its path or query has a key.')
@secure()
param alertWebhookUrl string = ''

@description('A job, and for how many hours it may go without a success.')
type job = {
  @description('Name of the job, as in the output of `cochin status`.')
  @minLength(1)
  name: string

  @description('Hours.')
  @minValue(1)
  limitHours: int
}

// A workspace that has just been made is silent, and so is every job in it: that is no news before it is older than the limits.
resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: last(split(workspaceId, '/'))
  scope: resourceGroup(split(workspaceId, '/')[2], split(workspaceId, '/')[4])
}

var workspaceCreatedAt = workspace.properties.?createdDate ?? ''

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-cochin-${nameToken}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'cochin'
    enabled: true
    emailReceivers: empty(alertEmail)
      ? []
      : [
          {
            name: 'mail'
            emailAddress: alertEmail
            useCommonAlertSchema: true
          }
        ]
    webhookReceivers: empty(alertWebhookUrl)
      ? []
      : [
          {
            name: 'webhook'
            serviceUri: alertWebhookUrl
            useCommonAlertSchema: true
          }
        ]
  }
}

// Every rule resolves itself, so it tells once and is silent until the trouble is over; muting would be refused beside that.
// Validation is skipped because the tables of a new workspace are not there yet; the project's tests parse each query
// against the documented columns instead. https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule

resource runFailed 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'cochin-run-failed-${nameToken}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Cochin: a run failed'
    description: 'A run failed, died (Lost), or was found too late to be made up (Missed). Type `./cochin history JOB`, then `./cochin doctor`.'
    severity: 1
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    // Twice the frequency, so that a row that arrives late is still seen.
    windowSize: 'PT30M'
    criteria: {
      allOf: [
        {
          query: loadTextContent('../queries/alert-run-failed.kql')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [
            { name: 'Job', operator: 'Include', values: ['*'] }
            { name: 'Ending', operator: 'Include', values: ['*'] }
          ]
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [actionGroup.id] }
  }
}

resource noSuccess 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for job in jobs: {
    name: 'cochin-no-success-${job.name}-${nameToken}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Cochin: no success of ${job.name}'
      description: 'The job ${job.name} has had no success for ${job.limitHours} hours, or nothing was heard of it for two days. Type `./cochin history ${job.name}`, then `./cochin doctor`.'
      severity: 1
      enabled: true
      autoMitigate: true
      skipQueryValidation: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT30M'
      windowSize: 'PT30M'
      overrideQueryTimeRange: 'P2D'
      criteria: {
        allOf: [
          {
            query: replace(
              replace(
                replace(loadTextContent('../queries/alert-no-success.kql'), '__JOB__', job.name),
                '__LIMIT_HOURS__',
                string(job.limitHours)
              ),
              '__WORKSPACE_CREATED_AT__',
              workspaceCreatedAt
            )
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [actionGroup.id] }
    }
  }
]

resource silence 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'cochin-silence-${nameToken}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Cochin: the program is silent'
    description: 'Nothing was heard of the program for two hours: it does not tick, or can\'t send. Type `./cochin doctor`, then look at the app in the portal.'
    severity: 1
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    overrideQueryTimeRange: 'P2D'
    criteria: {
      allOf: [
        {
          query: replace(
            loadTextContent('../queries/alert-silence.kql'),
            '__WORKSPACE_CREATED_AT__',
            workspaceCreatedAt
          )
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [actionGroup.id] }
  }
}

resource exceptions 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'cochin-exceptions-${nameToken}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Cochin: an exception'
    description: 'The program or the Functions host under it logged an exception. In a run, `./cochin history JOB` has the reason; outside of one, look at the exceptions in the workbook.'
    severity: 2
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    criteria: {
      allOf: [
        {
          query: loadTextContent('../queries/alert-exceptions.kql')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [
            { name: 'Role', operator: 'Include', values: ['*'] }
            { name: 'ExceptionType', operator: 'Include', values: ['*'] }
          ]
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [actionGroup.id] }
  }
}

resource throttling 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'cochin-storage-throttling-${nameToken}'
  location: 'global'
  tags: tags
  properties: {
    description: 'The storage account turned requests away because there were too many. Type `./cochin history`: if one job does it, look at what it works on.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [storageAccountId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.Storage/storageAccounts'
          metricName: 'Transactions'
          // All the values that say throttling but SuccessWithThrottling, which only SMB has:
          // https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference#metrics-dimensions
          dimensions: [
            {
              name: 'ResponseType'
              operator: 'Include'
              values: [
                'ServerBusyError'
                'ClientThrottlingError'
                'ClientAccountRequestThrottlingError'
                'ClientAccountBandwidthThrottlingError'
              ]
            }
          ]
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          // A few are everyday life: the storage moves its partitions, and the client tries again by itself.
          threshold: 10
        }
      ]
    }
    actions: [{ actionGroupId: actionGroup.id }]
  }
}

resource availability 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'cochin-storage-availability-${nameToken}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Requests to the storage account fail on the storage\'s side. Nothing is lost: each job makes up its latest occurrence. Look at the service health of Azure; afterwards type `./cochin status`.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [storageAccountId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT1H'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'availability'
          metricNamespace: 'Microsoft.Storage/storageAccounts'
          metricName: 'Availability'
          timeAggregation: 'Average'
          operator: 'LessThan'
          // In per cent. An hour of ticks is few requests, so one time-out may cost some per cent.
          threshold: 90
        }
      ]
    }
    actions: [{ actionGroupId: actionGroup.id }]
  }
}

var workbookQueries = {
  'bytes.kql': loadTextContent('../queries/bytes.kql')
  'durations.kql': loadTextContent('../queries/durations.kql')
  'exceptions.kql': loadTextContent('../queries/exceptions.kql')
  'failures.kql': loadTextContent('../queries/failures.kql')
  'items.kql': loadTextContent('../queries/items.kql')
  'jobs.kql': loadTextContent('../queries/jobs.kql')
  'lock-waits.kql': loadTextContent('../queries/lock-waits.kql')
  'outcomes.kql': loadTextContent('../queries/outcomes.kql')
}

// Where the workbook names the file of a query, the query is put in, and the workspace that it is asked of.
var workbookFrame = loadJsonContent('../workbook.json')
var workbookContent = union(workbookFrame, {
  fallbackResourceIds: [workspaceId]
  items: map(
    workbookFrame.items,
    item =>
      contains(item.content, 'query')
        ? union(item, {
            content: { query: workbookQueries[item.content.query], crossComponentResources: [workspaceId] }
          })
        : item
  )
})

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A guid is asked for; made from the group and the token, it is the same on every deployment.
  name: guid(resourceGroup().id, nameToken, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Cochin maintenance (${nameToken})'
    description: 'Last run of each job, outcomes, items and bytes, durations, failures.'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: string(workbookContent)
    version: '1.0'
  }
}

@description('Resource id of the action group.')
output actionGroupId string = actionGroup.id

@description('Resource id of the workbook.')
output workbookId string = workbook.id
